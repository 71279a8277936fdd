"""People at the same table: what they type, heard by all of them; knows no HTTP and no SQL."""
