/* SPDX-License-Identifier: GPL-3.0-or-later */
/* It puts a box above the page, and shows only those sections (without sections of their own) that hold every word
   typed, accents and capitals aside; where a name matches, its section comes into view on Enter. A section around them
   goes with its last one. It reads the page and hides parts of it; it writes no text but a count, so nothing that a page
   holds can become markup. Without scripts the whole page is there. */
#include "report/html_search.h"

const char html_search[] =
    "\n'use strict';\n"
    "(function(){\n"
    "var label=document.currentScript.getAttribute('data-label');\n"
    "function fold(s){return s.toLowerCase().normalize('NFD').replace(/[\\u0300-\\u036f]/g,'').replace(/\\u0153/g,'oe')}\n"
    "var all=Array.prototype.slice.call(document.querySelectorAll('main section'));\n"
    "var entries=all.filter(function(s){return !s.querySelector('section')});\n"
    "var groups=all.filter(function(s){return s.querySelector('section')});\n"
    "var texts=entries.map(function(s){return fold(s.textContent)});\n"
    "var bar=document.createElement('div'),line=document.createElement('label'),box=document.createElement('input'),"
    "count=document.createElement('output');\n"
    "bar.className='search';box.type='search';box.autocomplete='off';\n"
    "line.append(label,box,count);bar.append(line);\n"
    "document.querySelector('h1').after(bar);\n"
    "function search(){\n"
    "var words=fold(box.value).split(/\\s+/).filter(Boolean),found=0;\n"
    "entries.forEach(function(s,i){\n"
    "var holds=words.every(function(w){return texts[i].indexOf(w)>=0});\n"
    "s.hidden=!holds;found+=holds?1:0});\n"
    "groups.forEach(function(g){g.hidden=!entries.some(function(s){return g.contains(s)&&!s.hidden})});\n"
    "count.textContent=words.length?String(found):''}\n"
    "function go(){\n"
    "var word=fold(box.value).trim();\n"
    "var named=entries.filter(function(s){return fold(s.id)===word})[0]||"
    "entries.filter(function(s){return !s.hidden})[0];\n"
    "if(named)named.scrollIntoView()}\n"
    "box.addEventListener('input',search);\n"
    "box.addEventListener('keydown',function(e){if(e.key==='Enter')go()});\n"
    "window.addEventListener('hashchange',function(){var s=document.getElementById("
    "decodeURIComponent(location.hash.slice(1)));if(s&&s.hidden){box.value='';search();s.scrollIntoView()}});\n"
    "})();\n";
