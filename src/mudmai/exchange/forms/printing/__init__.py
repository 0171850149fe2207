"""Forms back on paper: one print model, written as Excel, PDF and Word with the same figures::

blank_print  layouts + print spec + years → FormPrint: empty rows to be filled in
form_print   FormBook + layouts + print spec → FormPrint: sheets, headings, rows, totals
print_pdf    FormPrint → PDF      print_docx   → Word      print_xlsx   → Excel that can be handed in again
"""

from mudmai.exchange.forms.printing.blank import blank_print, years_between
from mudmai.exchange.forms.printing.build import form_print
from mudmai.exchange.forms.printing.docx import print_docx
from mudmai.exchange.forms.printing.model import FormPrint, Money, PrintSheet
from mudmai.exchange.forms.printing.pdf import print_pdf
from mudmai.exchange.forms.printing.spec import PrintSpec, read_print_spec, shipped_print_spec
from mudmai.exchange.forms.printing.xlsx import print_xlsx

__all__ = [
    "FormPrint",
    "Money",
    "PrintSheet",
    "PrintSpec",
    "blank_print",
    "form_print",
    "print_docx",
    "print_pdf",
    "print_xlsx",
    "read_print_spec",
    "shipped_print_spec",
    "years_between",
]
