## Marking a class: copies, gradebook, results.
libbareme_sources += \
	interp/grade/batch.c \
	interp/grade/batch.h \
	interp/grade/book.c \
	interp/grade/book.h \
	interp/grade/copies.c \
	interp/grade/copies.h \
	interp/grade/copy_csv.c \
	interp/grade/copy_json.c \
	interp/grade/copy_text.c \
	interp/grade/edition.c \
	interp/grade/exact.c \
	interp/grade/exact.h \
	interp/grade/export.c \
	interp/grade/export.h \
	interp/grade/marker.c \
	interp/grade/marker.h \
	interp/grade/marking.c \
	interp/grade/class_page.c \
	interp/grade/page.c \
	interp/grade/page.h \
	interp/grade/pages.h \
	interp/grade/sheet.c \
	interp/grade/practice.c \
	interp/grade/practice.h \
	interp/grade/regrade.c \
	interp/grade/regrade.h \
	interp/grade/results.c \
	interp/grade/results.h \
	interp/grade/review.c \
	interp/grade/review.h \
	interp/grade/roll.c \
	interp/grade/roll.h \
	interp/grade/schema.def \
	interp/grade/stats.c \
	interp/grade/stats.h \
	interp/grade/stress.c \
	interp/grade/stress.h \
	interp/grade/stress_page.c \
	interp/grade/variant.c \
	interp/grade/variant.h

## A sum over all that decides marks: another one, and a gradebook is to be marked again before it is added to.
engine_sources = $(filter interp/num/% interp/syntax/% interp/data/% interp/check/% interp/code/% interp/vm/% \
	interp/model/% interp/domain/% interp/grade/marker.% interp/grade/marking.% interp/grade/variant.%,$(libbareme_sources))

interp/grade/engine.h: $(engine_sources)
	$(AM_V_GEN)$(MKDIR_P) interp/grade && sum=`cd $(srcdir) && cat $(engine_sources) | sha256sum | cut -d' ' -f1` && \
	printf '/* SPDX-License-Identifier: GPL-3.0-or-later */\n#define BAREME_ENGINE_SUM "%s"\n' "$$sum" >$@

BUILT_SOURCES += interp/grade/engine.h
CLEANFILES += interp/grade/engine.h
nodist_libbareme_a_SOURCES += interp/grade/engine.h
