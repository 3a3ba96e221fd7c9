## Programs of libFuzzer: noinst_PROGRAMS += tests/fuzz/NAME, with tests_fuzz_NAME_LDFLAGS = $(FUZZ_FLAGS)
