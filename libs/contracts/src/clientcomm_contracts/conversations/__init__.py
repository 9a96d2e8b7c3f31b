"""What conversations tells, is asked to do, and answers."""
