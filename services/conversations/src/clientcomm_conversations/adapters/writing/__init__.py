"""The writing use cases' store, one part a subject, all within one transaction."""
