## Numbers, exact and approximate, and units.
libbareme_sources += \
	interp/num/cell.h \
	interp/num/context.h interp/num/scratch.h interp/num/context.c \
	interp/num/big.h interp/num/big.c \
	interp/num/approx.h interp/num/approx.c \
	interp/num/number.h interp/num/fast.h interp/num/number.c \
	interp/num/round.c interp/num/function.c \
	interp/num/law.h interp/num/law.c interp/num/zeros.c \
	interp/num/unit.h interp/num/unit.def interp/num/units.h \
	interp/num/unit.c interp/num/unit_rule.c interp/num/unit_text.c \
	interp/num/format.h interp/num/format.c interp/num/read.c
