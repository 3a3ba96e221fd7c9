## The pages that tests/browser/run looks at, and that one looks at oneself.
check_PROGRAMS += tests/browser/sample
tests_browser_sample_SOURCES = tests/browser/sample.c tests/browser/sample_doc.c tests/browser/sample_doc.h
tests_browser_sample_LDADD = $(BAREME_LIBS)
