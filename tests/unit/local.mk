## Each program is made of the .c file of its name, and linked with the library and cmocka.
check_PROGRAMS += \
	tests/unit/test_base \
	tests/unit/test_diag \
	tests/unit/test_syntax \
	tests/unit/test_num \
	tests/unit/test_unit \
	tests/unit/test_numformat \
	tests/unit/test_library \
	tests/unit/test_outside \
	tests/unit/test_data \
	tests/unit/test_format \
	tests/unit/test_sheet \
	tests/unit/test_domain \
	tests/unit/test_book \
	tests/unit/test_report \
	tests/unit/test_html \
	tests/unit/test_richtext \
	tests/unit/test_vm

## Those of report/ also write the documents of tests/browser.
tests_unit_test_report_SOURCES = tests/unit/test_report.c tests/browser/sample_doc.c
tests_unit_test_html_SOURCES = tests/unit/test_html.c tests/browser/sample_doc.c
tests_unit_test_richtext_SOURCES = tests/unit/test_richtext.c tests/browser/sample_doc.c
