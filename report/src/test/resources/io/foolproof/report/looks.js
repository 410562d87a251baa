// What a browser can tell of a page. Each function returns what is wrong, in words.
window.looks = (() => {
  const name = e =>
    e.tagName.toLowerCase() + [...e.classList].map(c => '.' + c).join('') + ' "'
      + e.textContent.trim().replace(/\s+/g, ' ').slice(0, 60) + '"';

  const texts = root => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const all = [];
    while (walker.nextNode()) {
      if (walker.currentNode.data.trim()) all.push(walker.currentNode);
    }
    return all;
  };

  const boxes = text => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return [...range.getClientRects()].filter(box => box.width > 0);
  };

  // A shadow that a reader sees, and a region that the keyboard reaches.
  const hasHint = e =>
    getComputedStyle(e).backgroundImage.includes('gradient')
      && e.tabIndex === 0 && e.getAttribute('role') === 'region' && !!e.getAttribute('aria-label');

  const open = () => document.querySelectorAll('details').forEach(d => { d.open = true; });

  return {
    // Nothing is out of sight without a hint.
    cut() {
      open();
      const wrong = [];
      const width = document.documentElement.clientWidth;
      const page = document.scrollingElement.scrollWidth;
      if (page > width) wrong.push(`the page is ${page} wide, the window ${width}`);
      for (const e of document.querySelectorAll('body *')) {
        const overflow = getComputedStyle(e).overflowX;
        const hidden = e.scrollWidth - e.clientWidth;
        if (e.closest('svg') || overflow === 'visible' || e.clientWidth === 0 || hidden <= 1) continue;
        if (overflow === 'auto' || overflow === 'scroll') {
          if (!hasHint(e)) wrong.push(`scrolls without a hint: ${name(e)}`);
        } else {
          wrong.push(`${hidden} pixels are cut off: ${name(e)}`);
        }
      }
      for (const text of texts(document.body)) {
        const scrolls = text.parentElement.closest('.wide');
        if (scrolls && getComputedStyle(scrolls).overflowX === 'auto') continue;
        if (boxes(text).some(b => b.left < -0.5 || b.right > width + 0.5)) {
          wrong.push(`outside the window: ${name(text.parentElement)}`);
        }
      }
      return wrong;
    },

    // Labels of charts are inside the chart, large enough, and apart from each other.
    charts() {
      open();
      const wrong = [];
      for (const svg of document.querySelectorAll('figure > svg')) {
        const frame = svg.getBoundingClientRect();
        // What a slider hides is looked at where it is shown: on paper.
        if (frame.width === 0) continue;
        const labels = [...svg.querySelectorAll('text')].filter(e => e.textContent.trim())
          .map(e => [e, e.getBoundingClientRect()]);
        labels.forEach(([e, b], i) => {
          if (b.left < frame.left - 0.5 || b.right > frame.right + 0.5
              || b.top < frame.top - 0.5 || b.bottom > frame.bottom + 0.5) {
            wrong.push(`outside its chart: ${name(e)}`);
          }
          const size = parseFloat(getComputedStyle(e).fontSize) * frame.width / svg.viewBox.baseVal.width;
          if (size < 10.5) wrong.push(`${size.toFixed(1)} pixels high: ${name(e)}`);
          for (const [other, o] of labels.slice(i + 1)) {
            if (Math.min(b.right, o.right) - Math.max(b.left, o.left) > 0
                && Math.min(b.bottom, o.bottom) - Math.max(b.top, o.top) > 1) {
              wrong.push(`overlap: ${name(e)} and ${name(other)}`);
            }
          }
        });
      }
      return wrong;
    },

    // The program's name is on one line.
    brand() {
      const lines = boxes(texts(document.querySelector('.kicker b'))[0]).length;
      return lines === 1 ? [] : [`Foolproof is on ${lines} lines`];
    },

    // Links within the page lead somewhere, and the contents list every section.
    contents() {
      const targets = [...document.querySelectorAll('a[href^="#"]')].map(a => a.hash.slice(1));
      const listed = [...document.querySelectorAll('nav a')].map(a => a.hash.slice(1));
      const sections = [...document.querySelectorAll('main > section')].map(s => s.id);
      return targets.filter(id => !document.getElementById(id)).map(id => `no section ${id}`)
        .concat(listed.join() === sections.join() ? [] : [`contents ${listed}, sections ${sections}`]);
    },

    // Every picture says which image of which class it shows.
    pictures() {
      return [...document.images].map(image => image.alt)
        .filter(alt => !/(image|query) \d+, class \S/.test(alt)).map(alt => `alt text "${alt}"`);
    },

    // Paper has margins.
    margins() {
      const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]);
      const pages = rules.filter(rule => rule instanceof CSSPageRule);
      const sides = ['marginTop', 'marginRight', 'marginBottom', 'marginLeft'];
      return pages.length === 1 && sides.every(side => parseFloat(pages[0].style[side]) >= 10)
        ? [] : ['no margin of at least 10 mm'];
    },

    // The background and the text follow the reader's scheme.
    scheme(dark) {
      const brightness = colour => colour.match(/\d+/g).slice(0, 3).reduce((sum, c) => sum + +c, 0) / 765;
      const style = getComputedStyle(document.body);
      const paper = brightness(style.backgroundColor);
      const ink = brightness(style.color);
      return (dark ? paper < 0.2 && ink > 0.8 : paper > 0.9 && ink < 0.3)
        ? [] : [`background ${style.backgroundColor}, text ${style.color}`];
    },

    // What axe-core finds. It judges no text on a gradient, so the hints of scrolling are taken off.
    async accessibility() {
      open();
      document.querySelectorAll('.wide').forEach(e => { e.style.background = 'none'; });
      const result = await axe.run(document, { resultTypes: ['violations'] });
      return result.violations.flatMap(v => v.nodes.map(node =>
        `${v.id}: ${node.html.slice(0, 100)}: ${node.failureSummary.replace(/\s+/g, ' ')}`));
    },
  };
})();
