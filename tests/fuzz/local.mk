## One program an entry point. With --enable-fuzzing libFuzzer drives it, otherwise driver.c does (make check: two
## seconds each). tests/fuzz/run is for longer sessions.
fuzz_shared = tests/fuzz/common.c tests/fuzz/fuzz.h
if !FUZZING
fuzz_shared += tests/fuzz/driver.c
endif

check_PROGRAMS += \
	tests/fuzz/fuzz_csv \
	tests/fuzz/fuzz_eval \
	tests/fuzz/fuzz_lexer \
	tests/fuzz/fuzz_number \
	tests/fuzz/fuzz_ods \
	tests/fuzz/fuzz_parser \
	tests/fuzz/fuzz_sql \
	tests/fuzz/fuzz_xlsx

tests_fuzz_fuzz_csv_SOURCES = tests/fuzz/fuzz_csv.c $(fuzz_shared)
tests_fuzz_fuzz_csv_LDADD = $(BAREME_LIBS)
tests_fuzz_fuzz_csv_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_FLAGS)
tests_fuzz_fuzz_eval_SOURCES = tests/fuzz/fuzz_eval.c $(fuzz_shared)
tests_fuzz_fuzz_eval_LDADD = $(BAREME_LIBS)
tests_fuzz_fuzz_eval_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_FLAGS)
tests_fuzz_fuzz_lexer_SOURCES = tests/fuzz/fuzz_lexer.c $(fuzz_shared)
tests_fuzz_fuzz_lexer_LDADD = $(BAREME_LIBS)
tests_fuzz_fuzz_lexer_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_FLAGS)
tests_fuzz_fuzz_number_SOURCES = tests/fuzz/fuzz_number.c $(fuzz_shared)
tests_fuzz_fuzz_number_LDADD = $(BAREME_LIBS)
tests_fuzz_fuzz_number_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_FLAGS)
tests_fuzz_fuzz_parser_SOURCES = tests/fuzz/fuzz_parser.c $(fuzz_shared)
tests_fuzz_fuzz_parser_LDADD = $(BAREME_LIBS)
tests_fuzz_fuzz_parser_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_FLAGS)
tests_fuzz_fuzz_sql_SOURCES = tests/fuzz/fuzz_sql.c $(fuzz_shared)
tests_fuzz_fuzz_sql_LDADD = $(BAREME_LIBS)
tests_fuzz_fuzz_sql_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_FLAGS)
tests_fuzz_fuzz_ods_SOURCES = tests/fuzz/fuzz_ods.c tests/fuzz/package.c tests/fuzz/package.h $(fuzz_shared)
tests_fuzz_fuzz_ods_LDADD = $(BAREME_LIBS)
tests_fuzz_fuzz_ods_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_FLAGS)
tests_fuzz_fuzz_xlsx_SOURCES = tests/fuzz/fuzz_xlsx.c tests/fuzz/package.c tests/fuzz/package.h $(fuzz_shared)
tests_fuzz_fuzz_xlsx_LDADD = $(BAREME_LIBS)
tests_fuzz_fuzz_xlsx_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_FLAGS)

## The words of the language, for libFuzzer.
EXTRA_PROGRAMS += tests/fuzz/dictionary
tests_fuzz_dictionary_SOURCES = tests/fuzz/dictionary.c tests/fuzz/common.c tests/fuzz/fuzz.h
tests_fuzz_dictionary_LDADD = $(BAREME_LIBS)
CLEANFILES += tests/fuzz/bareme.dict
tests/fuzz/bareme.dict: tests/fuzz/dictionary$(EXEEXT)
	$(AM_V_GEN)./tests/fuzz/dictionary$(EXEEXT) >$@
