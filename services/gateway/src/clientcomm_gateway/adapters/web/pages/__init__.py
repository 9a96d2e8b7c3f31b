"""One module per part of the site; each function builds a view and names its template."""
