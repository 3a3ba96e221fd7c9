## The library of natives, and the session.
libbareme_sources += \
	interp/lib/args.c \
	interp/lib/args.h \
	interp/lib/axis.c \
	interp/lib/builtin.def \
	interp/lib/choice.c \
	interp/lib/date.c \
	interp/lib/date.def \
	interp/lib/decision.c \
	interp/lib/domain.c \
	interp/lib/domain.def \
	interp/lib/graph.c \
	interp/lib/graph.def \
	interp/lib/hidden.def \
	interp/lib/indicator.c \
	interp/lib/io.c \
	interp/lib/io.def \
	interp/lib/library.c \
	interp/lib/library.h \
	interp/lib/list.c \
	interp/lib/list.def \
	interp/lib/math.c \
	interp/lib/math.def \
	interp/lib/order.c \
	interp/lib/order.h \
	interp/lib/prelude.c \
	interp/lib/rows.c \
	interp/lib/rows.h \
	interp/lib/schedule.c \
	interp/lib/solve.c \
	interp/lib/solve.h \
	interp/lib/session.c \
	interp/lib/session.h \
	interp/lib/table.c \
	interp/lib/table.def \
	interp/lib/text.c \
	interp/lib/text.def
