libbareme_sources += \
	interp/domain/slip.def \
	interp/domain/status.def \
	interp/domain/rule.def \
	interp/domain/official.def \
	interp/domain/case.h \
	interp/domain/build.h \
	interp/domain/case.c \
	interp/domain/answer.c \
	interp/domain/points.h \
	interp/domain/points.c \
	interp/domain/depend.h \
	interp/domain/depend.c \
	interp/domain/key.h \
	interp/domain/key.c \
	interp/domain/reading.h \
	interp/domain/reading.c \
	interp/domain/working.h \
	interp/domain/working.c \
	interp/domain/accept.h \
	interp/domain/accept.c \
	interp/domain/judge.h \
	interp/domain/trial.h \
	interp/domain/judge.c \
	interp/domain/match.c \
	interp/domain/guess.c \
	interp/domain/official.h \
	interp/domain/official.c \
	interp/domain/check.h \
	interp/domain/audit.h \
	interp/domain/check.c \
	interp/domain/audit.c \
	interp/domain/lint.c \
	interp/domain/feedback.h \
	interp/domain/feedback.c \
	interp/domain/copy.h \
	interp/domain/copy.c
libbareme_sources += interp/domain/explain.h interp/domain/explain.c interp/domain/explain_pen.h interp/domain/explain_pen.c
