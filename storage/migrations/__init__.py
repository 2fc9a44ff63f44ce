"""The steps from one edition of the tables to the next."""
