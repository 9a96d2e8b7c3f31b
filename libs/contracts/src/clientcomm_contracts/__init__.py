"""What ClientComm's services say to each other: pydantic contracts and the topology, no I/O."""
