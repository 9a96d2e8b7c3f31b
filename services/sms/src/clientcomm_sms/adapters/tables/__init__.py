"""The tables of sms; each names its record class (rule 6.5)."""

from clientcomm_persistence import reliable_tables, service_metadata

metadata = service_metadata()
reliable = reliable_tables(metadata)
