"""A carrier that speaks Twilio's API, with phones, ledger and faults."""
