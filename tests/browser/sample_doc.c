/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In the order of a report: the subject, its questions, the correction, the marking, the charts. */
#include "sample_doc.h"

#include "report/richtext.h"

static const Str NONE = {"", 0};

static void cells(Doc *d, DocNode *row, const char *head, const char *const *texts, unsigned count)
{
    doc_head_cell(d, row, str_from(head));
    for (unsigned i = 0; i < count; i++) {
        doc_cell(d, row, str_from(texts[i]), TONE_PLAIN);
    }
}

static void subject(Doc *d)
{
    DocNode *aside = doc_aside(d, NULL, STR("BTS NDRC"));
    doc_run(d, aside, RUN_PLAIN, STR("session 2023"));
    doc_run(d, aside, RUN_PLAIN, STR("épreuve E5"));
    doc_run(d, aside, RUN_PLAIN, STR("8 points"));
    DocNode *identity = doc_pairs(d, NULL);
    doc_pair(d, identity, STR("Nom"), STR("………………………………………………"));
    doc_pair(d, identity, STR("Durée conseillée"), STR("1 h"));
    DocNode *s = doc_section(d, NULL, STR("Contexte"));
    richtext_add(d, s,
                 STR("\n"
                     "    Novatech vend des **solutions numériques** aux entreprises de la région lyonnaise. Sa\n"
                     "    responsable commerciale, *Mme Bertin*, envisage une campagne de prospection par téléphone.\n"
                     "    Le tarif est donné sur [le site du prestataire](https://www.example.org/tarifs?a=1&b=2).\n"
                     "\n"
                     "    Pour chaque appel, le conseiller doit :\n"
                     "\n"
                     "    1. se présenter et citer l'entreprise ;\n"
                     "    2. découvrir les besoins :\n"
                     "       - effectif,\n"
                     "       - équipement actuel ;\n"
                     "    3. proposer un rendez-vous.\n"
                     "\n"
                     "    > « Un appel utile est un appel préparé. »\n"
                     "\n"
                     "    | Poste | Coût | Unité |\n"
                     "    |:------|-----:|:-----:|\n"
                     "    | Téléconseiller | 17,00 € | heure |\n"
                     "    | Équipement | 1 200,00 € | campagne |\n"
                     "\n"
                     "    Le calcul s'écrit `heures * salaire`, par exemple :\n"
                     "\n"
                     "    ```\n"
                     "    coût = salaire * heures\n"
                     "         + équipement\n"
                     "    ```\n"));
    DocNode *data = doc_section(d, NULL, STR("Données"));
    DocColumn columns[] = {{STR("Donnée"), ALIGN_LEFT}, {STR("Valeur"), ALIGN_RIGHT}, {STR("Source"), ALIGN_LEFT}};
    DocNode *table = doc_table(d, data, columns, 3);
    doc_caption(d, table, STR("Annexe 1. Fichier de prospection"));
    static const char *const rows[][3] = {{"Contacts du fichier", "500", "service commercial"},
                                          {"Fiches inexploitables", "20 %", "campagne 2022"},
                                          {"Durée d'un appel", "3 min", "observation"},
                                          {"Salaire d'un téléconseiller", "17,00 €/h", "service du personnel"}};
    for (unsigned i = 0; i < 4; i++) {
        cells(d, doc_row(d, table), rows[i][0], rows[i] + 1, 2);
    }
}

static void questions(Doc *d)
{
    DocNode *part = doc_section(d, NULL, STR("Dossier 2. Prospecter par téléphone"));
    doc_new_page(part);
    DocNode *q = doc_section(d, part, STR("Question 2.3. Estimer la durée de l'opération"));
    DocNode *aside = doc_aside(d, q, STR("4 points"));
    doc_run(d, aside, RUN_PLAIN, STR("C2.3"));
    doc_paragraph(d, q, STR("À partir de l'annexe 1, calculez la durée totale des appels, en minutes puis en heures."),
                  TONE_PLAIN);
    doc_blank(d, q, 4);
    q = doc_section(d, part, STR("Question 2.4. Comparer les coûts et conseiller"));
    aside = doc_aside(d, q, STR("4 points"));
    doc_run(d, aside, RUN_PLAIN, STR("C2.4"));
    DocColumn columns[] = {{STR("Élément"), ALIGN_LEFT}, {STR("Externe"), ALIGN_RIGHT}, {STR("Interne"), ALIGN_RIGHT}};
    DocNode *table = doc_table(d, q, columns, 3);
    doc_caption(d, table, STR("Tableau à compléter"));
    for (unsigned i = 0; i < 3; i++) {
        DocNode *row = i == 2 ? doc_total_row(d, table) : doc_row(d, table);
        doc_head_cell(d, row, i == 0 ? STR("Coût variable") : i == 1 ? STR("Coût fixe") : STR("Coût total"));
        doc_blank(d, doc_cell(d, row, NONE, TONE_PLAIN), 1);
        doc_blank(d, doc_cell(d, row, NONE, TONE_PLAIN), 1);
    }
    doc_paragraph(d, q, STR("Quelle solution conseillez-vous ? Cochez, puis justifiez."), TONE_PLAIN);
    DocNode *list = doc_list(d, q);
    doc_tick(doc_item(d, list, STR("l'externalisation"), TONE_PLAIN), false);
    doc_tick(doc_item(d, list, STR("la gestion en interne"), TONE_PLAIN), false);
    doc_box(d, q, 4);
}

static void working(Doc *d)
{
    DocNode *part = doc_section(d, NULL, STR("Corrigé"));
    doc_new_page(part);
    DocNode *q = doc_section(d, part, STR("Question 2.3. Estimer la durée de l'opération"));
    DocNode *steps = doc_steps(d, q);
    DocNode *step = doc_step(d, steps, STR("durée"), STR("Durée totale des appels"),
                             STR("exploitables × appel + rendez_vous × prise"));
    doc_equal(d, step, STR("400 × 3 min + 20 × 4 min"), false);
    DocNode *last = doc_equal(d, step, STR("1 280 min"), false);
    if (last) {
        last->tone = TONE_STRONG;
    }
    step = doc_step(d, steps, STR("heures"), STR("Heures à prévoir"), STR("plafond(durée en h)"));
    doc_equal(d, step, STR("plafond(1 280 min en h)"), false);
    doc_equal(d, step, STR("plafond(21,3333 h)"), true);
    last = doc_equal(d, step, STR("22 h"), false);
    if (last) {
        last->tone = TONE_STRONG;
    }
    doc_note(d, step, TONE_MUTED, STR("arrondi à l'heure supérieure : une heure commencée est due"), NONE);
    doc_note(d, q, TONE_GOOD, STR("1 280 min et 22 h : les chiffres officiels sont retrouvés."), NONE);
    doc_note(d, q, TONE_WARN, STR("21,33 h est accepté : « gardé exact »."),
             STR("reporter la valeur dans la question 2.4"));
    doc_note(d, q, TONE_BAD, STR("Oublier les 20 % inexploitables donne 1 600 min."), STR("revoir l'annexe 1"));
    doc_note(d, q, TONE_PLAIN, STR("Une autre méthode est possible."), NONE);
}

static void marking(Doc *d)
{
    DocNode *part = doc_section(d, NULL, STR("Barème de notation"));
    doc_new_page(part);
    DocColumn columns[] = {{NONE, ALIGN_CENTRE},
                           {STR("Attendu"), ALIGN_LEFT},
                           {STR("Réponse"), ALIGN_RIGHT},
                           {STR("Points"), ALIGN_RIGHT},
                           {STR("Classe"), ALIGN_LEFT}};
    static const char *const rows[][4] = {{"Sans rendez-vous", "1 140 min", "1", "exact"},
                                          {"Avec rendez-vous", "140 min", "1", "tronqué"},
                                          {"Durée totale", "1 280 min", "1", "faux"},
                                          {"Heures à payer", "22 h", "1", "exact"}};
    static const DocTone tones[] = {TONE_GOOD, TONE_WARN, TONE_BAD, TONE_GOOD};
    DocNode *table = doc_table(d, part, columns, 5);
    doc_caption(d, table, STR("Question 2.3"));
    for (unsigned i = 0; i < 4; i++) {
        DocNode *row = doc_row(d, table);
        doc_tick(doc_cell(d, row, NONE, TONE_PLAIN), i == 0);
        doc_head_cell(d, row, str_from(rows[i][0]));
        doc_number_cell(d, row, str_from(rows[i][1]), STR("1140"), TONE_PLAIN);
        doc_number_cell(d, row, str_from(rows[i][2]), STR("1"), TONE_PLAIN);
        doc_cell(d, row, str_from(rows[i][3]), tones[i]);
    }
    DocNode *total = doc_total_row(d, table);
    doc_span(doc_head_cell(d, total, STR("Total de la question 2.3")), 3);
    doc_number_cell(d, total, STR("4"), STR("4"), TONE_PLAIN);
    DocColumn weeks[] = {{STR("Agent"), ALIGN_LEFT}, {STR("Lun."), ALIGN_RIGHT}, {STR("Mar."), ALIGN_RIGHT},
                         {STR("Mer."), ALIGN_RIGHT}, {STR("Jeu."), ALIGN_RIGHT}, {STR("Ven."), ALIGN_RIGHT}};
    static const char *const agents[] = {"Caroline", "Pierre", "Jenna"};
    static const char *const calls[] = {"59", "47", "52", "61", "40", "56", "38", "49",
                                        "52", "33", "30", "25", "41", "36", "12"};
    static const uint8_t heats[] = {96, 70, 80, 100, 55, 88, 50, 74, 80, 41, 36, 26, 56, 48, 0};
    table = doc_table(d, part, weeks, 6);
    doc_caption(d, table, STR("Appels par jour : plus la case est foncée, plus il y en a"));
    for (unsigned i = 0; i < 3; i++) {
        DocNode *row = doc_row(d, table);
        doc_head_cell(d, row, str_from(agents[i]));
        for (unsigned k = 0; k < 5; k++) {
            doc_heat(doc_cell(d, row, str_from(calls[i * 5 + k]), TONE_PLAIN), heats[i * 5 + k]);
        }
    }
}

/* ---- charts ---- */

static void bars(Doc *d, DocNode *part)
{
    DocNode *c = doc_chart(d, part, CHART_BARS, STR("Appels et courriels traités par jour"),
                           STR("Deux agents sur trois atteignent l'objectif de 52 appels."));
    chart_scale(d, c, CHART_ACROSS, STR("appels par jour"));
    chart_tick(d, c, CHART_ACROSS, STR("0"), 0);
    chart_tick(d, c, CHART_ACROSS, STR("20"), 2857);
    chart_tick(d, c, CHART_ACROSS, STR("40"), 5714);
    chart_tick(d, c, CHART_ACROSS, STR("60"), 8571);
    ChartSeries *s = chart_series(d, c, NONE);
    static const struct {
        const char *name, *shown, *rate;
        int32_t at;
        DocTone tone;
    } rows[] = {{"Caroline", "59", "113 %", 8429, TONE_GOOD},
                {"Pierre", "47", "90 %", 6714, TONE_WARN},
                {"Jenna (temps partiel, arrivée le 15 mars)", "30", "58 %", 4286, TONE_BAD}};
    for (unsigned i = 0; i < 3; i++) {
        ChartPoint *p = chart_point(d, s, str_from(rows[i].name), str_from(rows[i].shown), rows[i].at);
        chart_goal(d, p, STR("52"), 7429);
        chart_note(d, p, str_from(rows[i].rate));
        chart_tone(p, rows[i].tone);
    }
}

static void funnel(Doc *d, DocNode *part)
{
    DocNode *c =
        doc_chart(d, part, CHART_FUNNEL, STR("Du contact au contrat"), STR("Un contact sur cent devient client."));
    ChartSeries *s = chart_series(d, c, NONE);
    static const struct {
        const char *name, *shown, *rate;
        int32_t at;
    } rows[] = {{"Contacts", "500", "", 10000},
                {"Fiches exploitables", "400", "80 %", 8000},
                {"Rendez-vous", "20", "5 %", 400},
                {"Contrats", "5", "25 %", 100}};
    for (unsigned i = 0; i < 4; i++) {
        ChartPoint *p = chart_point(d, s, str_from(rows[i].name), str_from(rows[i].shown), rows[i].at);
        chart_note(d, p, str_from(rows[i].rate));
    }
}

static void radar(Doc *d, DocNode *part)
{
    static const char *const axes[] = {"C2.1 Animer un réseau de vente", "C2.2 Prospecter",
                                       "C2.3 Évaluer les performances", "C2.4 Conseiller",
                                       "C2.5 Rendre compte à l'écrit comme à l'oral"};
    static const char *const shown[2][5] = {{"12", "15", "9", "14", "11"}, {"10", "12", "13", "11", "12"}};
    static const int32_t at[2][5] = {{6000, 7500, 4500, 7000, 5500}, {5000, 6000, 6500, 5500, 6000}};
    DocNode *c = doc_chart(d, part, CHART_RADAR, STR("Notes par compétence, sur 20"), NONE);
    for (int32_t i = 1; i <= 4; i++) {
        static const char *const ticks[] = {"5", "10", "15", "20"};
        chart_tick(d, c, CHART_UP, str_from(ticks[i - 1]), i * 2500);
    }
    for (unsigned k = 0; k < 2; k++) {
        ChartSeries *s = chart_series(d, c, k ? STR("moyenne de la classe") : STR("copie A-0412"));
        for (unsigned i = 0; i < 5; i++) {
            chart_point(d, s, str_from(axes[i]), str_from(shown[k][i]), at[k][i]);
        }
    }
}

static void line(Doc *d, DocNode *part)
{
    static const char *const places[] = {"3 %", "4 %", "5 %", "6 %", "7 %", "8 %"};
    static const char *const out[] = {"960 €", "1 280 €", "1 600 €", "1 920 €", "2 240 €", "2 560 €"};
    static const char *const in[] = {"1 552 €", "1 563 €", "1 574 €", "1 585 €", "1 597 €", "1 608 €"};
    DocNode *c = doc_chart(d, part, CHART_LINE, STR("Coût selon le taux de rendez-vous"),
                           STR("En dessous de 4,92 %, externaliser coûte moins cher."));
    chart_scale(d, c, CHART_ACROSS, STR("taux de rendez-vous"));
    chart_scale(d, c, CHART_UP, STR("coût de la campagne"));
    static const char *const ticks[] = {"0 €", "1 000 €", "2 000 €", "3 000 €"};
    for (int32_t i = 0; i < 4; i++) {
        chart_tick(d, c, CHART_UP, str_from(ticks[i]), i * 3333);
    }
    ChartSeries *a = chart_series(d, c, STR("Externalisation")), *b = chart_series(d, c, STR("Gestion en interne"));
    for (int32_t i = 0; i < 6; i++) {
        chart_place(d, a, str_from(places[i]), i * 2000, str_from(out[i]), 3200 + i * 1066);
        chart_place(d, b, str_from(places[i]), i * 2000, str_from(in[i]), 5173 + i * 37);
    }
    ChartSeries *even = chart_series(d, c, STR("Seuil"));
    chart_mark(d, chart_place(d, even, STR("4,92 %"), 3840, STR("1 573 €"), 5246), STR("coûts égaux : 1 573 €"));
}

static void columns(Doc *d, DocNode *part)
{
    static const char *const names[] = {"1er trimestre", "2e trimestre", "3e trimestre", "4e trimestre"};
    static const char *const shown[2][4] = {{"12 k€", "15 k€", "9 k€", "18 k€"}, {"11 k€", "16 k€", "7 k€", "20 k€"}};
    static const int32_t at[2][4] = {{6000, 7500, 4500, 9000}, {5500, 8000, 3500, 10000}};
    DocNode *c = doc_chart(d, part, CHART_COLUMNS, STR("Chiffre d'affaires prévu et réalisé"), NONE);
    for (unsigned k = 0; k < 2; k++) {
        ChartSeries *s = chart_series(d, c, k ? STR("réalisé") : STR("prévu"));
        for (unsigned i = 0; i < 4; i++) {
            chart_point(d, s, str_from(names[i]), str_from(shown[k][i]), at[k][i]);
        }
    }
    c = doc_chart(d, part, CHART_COLUMNS, STR("Résultat mensuel"), STR("Deux mois de perte, puis le redressement."));
    ChartSeries *s = chart_series(d, c, NONE);
    static const char *const months[] = {"janv.", "févr.", "mars", "avril", "mai", "juin"};
    static const char *const results[] = {"−2,1 k€", "−0,8 k€", "0,4 k€", "1,9 k€", "2,6 k€", "3,2 k€"};
    static const int32_t places[] = {-6500, -2500, 1250, 5900, 8100, 10000};
    for (unsigned i = 0; i < 6; i++) {
        ChartPoint *p = chart_point(d, s, str_from(months[i]), str_from(results[i]), places[i]);
        chart_tone(p, places[i] < 0 ? TONE_BAD : TONE_PLAIN);
    }
}

/* ---- charts that strain their writers ---- */

static const char *const words[] = {"Anticonstitutionnellement",
                                    "un",
                                    "Chiffre d'affaires prévisionnel de la zone",
                                    "mai",
                                    "Taux de transformation",
                                    "Délai",
                                    "2023",
                                    "Satisfaction des clients"};

static void odd_chart(Doc *d, DocNode *part, ChartKind kind, const char *title, unsigned points, int32_t step)
{
    static const char *const shown[] = {"1 234 567,89 €", "0 %", "12,5 h", "−3", "100,00 €"};
    DocNode *c = doc_chart(d, part, kind, str_from(title), NONE);
    unsigned count = points > 20 ? 1 : 3;
    for (unsigned k = 0; k < count; k++) {
        ChartSeries *s = chart_series(d, c, str_from(words[k * 2]));
        for (unsigned i = 0; i < points; i++) {
            int32_t at = step * (int32_t)((i * 7 + k * 3) % 11) - (step < 0 ? 0 : step / 3);
            ChartPoint *p = chart_place(d, s, str_from(words[(i + k) % 8]), (int32_t)i * 250, str_from(shown[i % 5]),
                                        step ? at : 0);
            if (kind == CHART_BARS && i % 2) {
                chart_goal(d, p, STR("110 000,00 €"), step * 5);
            }
            if (kind == CHART_LINE && i == points / 2 && k == 0) {
                chart_mark(d, p, STR("seuil de rentabilité, atteint en mai"));
            }
        }
    }
}

/* Of each kind (or of one, from 1): no point, one, three, twelve, forty; negative values; nothing but zeros. */
void sample_odd(Doc *d, unsigned only)
{
    static const unsigned counts[] = {0, 1, 3, 12, 40};
    doc_title(d, STR("Graphiques extrêmes"));
    for (unsigned kind = 0; kind < CHART_KIND_COUNT; kind++) {
        if (only && kind + 1 != only) {
            continue;
        }
        DocNode *part = doc_section(d, NULL, str_from(chart_kind_name((uint8_t)kind)));
        for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
            odd_chart(d, part, (ChartKind)kind, "positif", counts[i], 900);
        }
        odd_chart(d, part, (ChartKind)kind, "négatif", 5, -700);
        odd_chart(d, part, (ChartKind)kind, "zéro", 5, 0);
    }
}

void sample_document(Doc *d)
{
    doc_title(d, STR("Novatech : relation client à distance"));
    subject(d);
    questions(d);
    working(d);
    marking(d);
    DocNode *part = doc_section(d, NULL, STR("Tableau de bord"));
    doc_new_page(part);
    bars(d, part);
    funnel(d, part);
    radar(d, part);
    line(d, part);
    columns(d, part);
    doc_rule(d, part);
    doc_paragraph(d, part, STR("Document produit à partir du texte du cas."), TONE_MUTED);
}

/* ---- one text everywhere ---- */

static void hostile_texts(Doc *d, DocNode *part, Str s)
{
    doc_paragraph(d, part, s, TONE_PLAIN);
    DocNode *p = doc_paragraph(d, part, NONE, TONE_BAD);
    doc_run(d, p, RUN_STRONG | RUN_EMPHASIS, s);
    doc_run(d, p, RUN_CODE, s);
    doc_link(d, p, RUN_PLAIN, s, s);
    doc_code(d, part, s);
    doc_run(d, doc_aside(d, part, s), RUN_PLAIN, s);
    DocNode *item = doc_item(d, doc_list(d, doc_quote(d, part)), s, TONE_PLAIN);
    doc_tick(item, true);
    doc_pair(d, doc_pairs(d, part), s, s);
    DocNode *step = doc_step(d, doc_steps(d, part), s, s, s);
    doc_equal(d, step, s, false);
    doc_note(d, step, TONE_MUTED, s, NONE);
    doc_note(d, part, TONE_BAD, s, s);
}

static void hostile_table(Doc *d, DocNode *part, Str s)
{
    DocColumn columns[] = {{s, ALIGN_LEFT}, {s, ALIGN_RIGHT}};
    DocNode *table = doc_table(d, part, columns, 2), *row = doc_row(d, table);
    doc_caption(d, table, s);
    doc_head_cell(d, row, s);
    doc_cell(d, row, s, TONE_WARN);
}

static void hostile_chart(Doc *d, DocNode *part, Str s, ChartKind kind)
{
    DocNode *c = doc_chart(d, part, kind, s, s);
    chart_scale(d, c, CHART_UP, s);
    chart_tick(d, c, CHART_UP, s, 5000);
    for (unsigned k = 0; k < 2; k++) {
        ChartSeries *series = chart_series(d, c, s);
        for (int32_t i = 0; i < 3; i++) {
            ChartPoint *p = chart_place(d, series, s, i * 1000, s, i * 2000);
            chart_goal(d, p, s, 3000);
            chart_mark(d, p, s);
        }
    }
}

void sample_hostile(Doc *d, Str s)
{
    DocNode *part = doc_section(d, NULL, s);
    hostile_texts(d, part, s);
    hostile_table(d, part, s);
    for (unsigned kind = 0; kind < CHART_KIND_COUNT; kind++) {
        hostile_chart(d, part, s, (ChartKind)kind);
    }
    richtext_add(d, part, s);
}
