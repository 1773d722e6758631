"""How a figure came about: a tree of terms from the figure down to cells of the workbook."""
