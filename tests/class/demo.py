# SPDX-License-Identifier: GPL-3.0-or-later
"""What `./bootstrap demo` shows, in both languages: it ends by naming a report that is there."""

import os
import re
import subprocess


def demo(c, language, sentence):
    environment = dict(c.context.environment(), LC_ALL=language, TMPDIR=c.folder)
    run = subprocess.run([os.path.join(c.context.srcdir, "tools", "demo"), c.context.bareme], cwd=c.folder, env=environment,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    told = run.stdout.decode()
    assert run.returncode == 0, told[-2000:]
    report = re.search(sentence + r" ?: (\S+\.html)", told).group(1)
    with open(report, encoding="utf-8") as page:
        assert "</html>" in page.read()
    assert len(os.listdir(os.path.join(os.path.dirname(report), "sheets"))) == 40


def test_the_demo_in_french(c):
    demo(c, "fr_FR.UTF-8", "À ouvrir dans un navigateur")


def test_the_demo_in_english(c):
    demo(c, "en_GB.UTF-8", "Open it in a browser")
