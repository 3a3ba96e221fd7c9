## make bench: measures against other programs (BENCHFLAGS="--runs 15 loop"). Never part of the tests.
EXTRA_PROGRAMS += tests/bench/launch tests/bench/vm_bench tests/bench/read_copies
tests_bench_launch_LDADD =
tests_bench_vm_bench_LDADD = $(BAREME_LIBS)
tests_bench_read_copies_LDADD = $(BAREME_LIBS)
BENCHFLAGS =

bench: bareme$(EXEEXT) tests/bench/launch$(EXEEXT) tests/bench/read_copies$(EXEEXT)
	@$(PYTHON3) $(srcdir)/tests/bench/run --bareme $(abs_builddir)/bareme$(EXEEXT) \
		--launch $(abs_builddir)/tests/bench/launch$(EXEEXT) $(BENCHFLAGS)
	@$(PYTHON3) $(srcdir)/tests/bench/marking --bareme $(abs_builddir)/bareme$(EXEEXT) \
		--launch $(abs_builddir)/tests/bench/launch$(EXEEXT) --read $(abs_builddir)/tests/bench/read_copies$(EXEEXT)

.PHONY: bench
