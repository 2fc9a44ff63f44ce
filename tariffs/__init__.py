"""Every amount: action codes, price lists and patient fees."""
