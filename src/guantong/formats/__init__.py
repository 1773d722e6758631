"""Files to values and back: the workbook (xlsx or a folder of CSV), its templates and its reference page."""
