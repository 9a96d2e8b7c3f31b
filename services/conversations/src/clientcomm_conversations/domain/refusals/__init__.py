"""What conversations refuses: each subject by name, and in words for the person who asked."""
