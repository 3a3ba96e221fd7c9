libbareme_sources += \
	interp/report/doc.def interp/report/doc.h interp/report/doc.c \
	interp/report/chart.def interp/report/chart.h interp/report/chart.c \
	interp/report/word.def interp/report/word.h interp/report/word.c \
	interp/report/richtext.h interp/report/richtext.c \
	interp/report/outline.h interp/report/outline.c \
	interp/report/term.h interp/report/term.c interp/report/terminal.h interp/report/terminal.c \
	interp/report/terminal_table.c interp/report/terminal_chart.c \
	interp/report/chart_table.h interp/report/chart_table.c interp/report/escape.h interp/report/escape.c \
	interp/report/svg.h interp/report/svg.c interp/report/svg_draw.h interp/report/svg_draw.c \
	interp/report/svg_bars.c interp/report/svg_plot.c \
	interp/report/html.h interp/report/html.c interp/report/html_style.h interp/report/html_style.c \
	interp/report/html_search.h interp/report/html_search.c \
	interp/report/mark.h interp/report/mark.c interp/report/markdown.h interp/report/markdown.c \
	interp/report/json.h interp/report/json.c \
	interp/report/writer.h interp/report/writer.c \
	interp/report/scenario_table.h interp/report/scenario_table.c \
	interp/report/picture.h interp/report/picture.c \
	interp/report/paper.h interp/report/paper.c \
	interp/report/subject.c \
	interp/report/correction.c \
	interp/report/marking.c \
	interp/report/value_table.c \
	interp/report/explain_report.h interp/report/explain_report.c \
	interp/report/check_report.h interp/report/check_report.c \
	interp/report/case_report.h interp/report/case_report.c \
	interp/report/xlsx.c \
	interp/report/xlsx.h
