"""Sheets (CSV and XLSX) in and out: cells as text that no spreadsheet bends or runs."""
