'use strict';
// Everything on this page that moves. Without it, each figure shows its frames side by side.
var study = (() => {
  const decode = base64 => {
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const text = base64.replace(/=+$/, '');
    const bytes = new Uint8Array(Math.floor(text.length * 3 / 4));
    let bits = 0;
    let held = 0;
    let n = 0;
    for (let i = 0; i < text.length; i++) {
      held = (held << 6 | digits.indexOf(text.charAt(i))) & 0xffffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[n++] = held >> bits & 255;
      }
    }
    const view = new DataView(bytes.buffer);
    return Array.from({ length: n / 4 }, (_, i) => view.getFloat32(4 * i, true));
  };

  // A convolution: adds to the outputs what the inputs give; or, backwards, to the gradient of the
  // inputs what that of the outputs gives. The places of a row of a window follow one another.
  const convolve = (l, kernel, input, output, backwards) => {
    var x, y, o, c, ky, inY, from, count, at, first, weight, value, j;
    for (y = 0; y < l.height; y++) {
      for (ky = 0; ky < l.size; ky++) {
        inY = y * l.stride + ky - l.padding;
        if (inY < 0 || inY >= l.inHeight) continue;
        for (x = 0; x < l.width; x++) {
          from = Math.max(0, l.padding - x * l.stride);
          count = Math.min(l.size, l.inWidth + l.padding - x * l.stride) - from;
          for (o = 0; o < l.outputs; o++) {
            at = (o * l.height + y) * l.width + x;
            value = backwards ? output[at] : 0;
            if (backwards && value === 0) continue;
            for (c = 0; c < l.inputs; c++) {
              first = (c * l.inHeight + inY) * l.inWidth + x * l.stride + from - l.padding;
              weight = ((o * l.inputs + c) * l.size + ky) * l.size + from;
              if (backwards) for (j = 0; j < count; j++) input[first + j] += value * kernel[weight + j];
              else for (j = 0; j < count; j++) value += input[first + j] * kernel[weight + j];
            }
            if (!backwards) output[at] += value;
          }
        }
      }
    }
  };

  // A net of convolutions with max(x, 0) between them; a fully connected layer is a convolution
  // whose window is as large as its input.
  const net = (layers, base64, height, width) => {
    const parameters = decode(base64);
    let at = 0;
    let channels = 1;
    const made = layers.map(layer => {
      const l = {
        inputs: channels, inHeight: height, inWidth: width,
        outputs: layer.outputs, size: layer.size, stride: layer.stride, padding: layer.padding,
        height: Math.floor((height + 2 * layer.padding - layer.size) / layer.stride) + 1,
        width: Math.floor((width + 2 * layer.padding - layer.size) / layer.stride) + 1,
      };
      const kernels = l.outputs * l.inputs * l.size * l.size;
      l.kernel = parameters.slice(at, at + kernels);
      l.bias = parameters.slice(at + kernels, at + kernels + l.outputs);
      at += kernels + l.outputs;
      channels = l.outputs;
      height = l.height;
      width = l.width;
      return l;
    });

    // Of an image: its logits, and the gradient of a weighted sum of them by the pixels.
    return image => {
      let input = image;
      // What each layer makes of it, before max(x, 0).
      const values = made.map((l, i) => {
        const each = l.height * l.width;
        const sums = Array.from({ length: l.outputs * each }, (_, j) => l.bias[Math.floor(j / each)]);
        convolve(l, l.kernel, input, sums, false);
        input = sums.map(v => Math.max(v, 0));
        return sums;
      });
      const gradient = weights => made.reduceRight((above, l, i) => {
        const below = Array.from({ length: l.inputs * l.inHeight * l.inWidth }, () => 0);
        convolve(l, l.kernel, below, above, true);
        return i > 0 ? below.map((g, j) => values[i - 1][j] > 0 ? g : 0) : below;
      }, weights);
      return { logits: values[made.length - 1], gradient: gradient };
    };
  };

  const largest = (scores, but) => {
    let best = but === 0 ? 1 : 0;
    for (let i = 0; i < scores.length; i++) {
      if (i !== but && scores[i] > scores[best]) best = i;
    }
    return best;
  };

  const softmax = scores => {
    const top = scores[largest(scores)];
    const powers = scores.map(s => Math.exp(s - top));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map(p => p / sum);
  };

  const length = values => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

  // One step up the gradient of the runner-up's logit less that of the first class.
  const step = (model, image, first, size) => {
    const answer = model(image);
    const weights = answer.logits.map(() => 0);
    weights[largest(answer.logits, first)] = 1;
    weights[first] = -1;
    const gradient = answer.gradient(weights);
    const norm = length(gradient);
    return image.map((v, i) => norm > 0 ? Math.min(1, Math.max(0, v + size * gradient[i] / norm)) : v);
  };

  // A drawing as the training images are: in a box of 20 x 20 pixels, whose centre of mass is the
  // centre of 28 x 28.
  const centred = (ink, side) => {
    let left = side, right = -1, top = side, bottom = -1, mass = 0, mx = 0, my = 0;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let v = ink[y * side + x];
        if (v > 0.05) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
        mass += v;
        mx += v * (x + 0.5);
        my += v * (y + 0.5);
      }
    }
    const image = Array.from({ length: 784 }, () => 0);
    if (right < 0) return image;
    const unit = Math.max(right - left + 1, bottom - top + 1) / 20;
    const fine = Math.max(2, Math.ceil(unit));
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) {
        let sum = 0;
        for (let sy = 0; sy < fine; sy++) {
          for (let sx = 0; sx < fine; sx++) {
            let column = Math.floor(mx / mass + (x - 14 + (sx + 0.5) / fine) * unit);
            let row = Math.floor(my / mass + (y - 14 + (sy + 0.5) / fine) * unit);
            if (column >= 0 && column < side && row >= 0 && row < side) sum += ink[row * side + column];
          }
        }
        image[y * 28 + x] = sum / (fine * fine);
      }
    }
    return image;
  };

  return { net: net, step: step, softmax: softmax, largest: largest, length: length, centred: centred };
})();

if (typeof document !== 'undefined') {
  const all = (query, root) => Array.from((root || document).querySelectorAll(query));

  // A row of frames becomes one frame and a slider.
  all('[data-slider]').forEach((frames, number) => {
    const shown = Array.from(frames.children);
    const label = document.createElement('label');
    const slider = document.createElement('input');
    const value = document.createElement('output');
    slider.type = 'range';
    slider.min = 0;
    slider.max = shown.length - 1;
    slider.value = frames.dataset.start || 0;
    label.append(frames.dataset.slider + ' ', slider, ' ', value);
    label.className = 'slider';
    const show = () => {
      shown.forEach((frame, i) => frame.classList.toggle('now', i === +slider.value));
      value.textContent = shown[+slider.value].dataset.value;
      slider.setAttribute('aria-valuetext', shown[+slider.value].dataset.value);
    };
    slider.addEventListener('input', show);
    frames.classList.add('sliding');
    frames.before(label);
    show();
  });

  // An image and its numbers: pointing at a pixel of the one marks it in the other.
  all('[data-pixels]').forEach(pair => {
    const marks = all('.mark-pixel', pair);
    const says = pair.querySelector('output');
    const levels = pair.dataset.pixels.split(' ').map(Number);
    const side = Math.round(Math.sqrt(levels.length));
    let place = +pair.dataset.start;
    const show = () => {
      const x = place % side;
      const y = Math.floor(place / side);
      marks.forEach(mark => {
        mark.setAttribute('x', x);
        mark.setAttribute('y', y);
        mark.removeAttribute('visibility');
      });
      says.textContent = 'Row ' + (y + 1) + ', column ' + (x + 1) + ': ' + levels[place] + ' of 255';
    };
    all('svg', pair).forEach(svg => {
      svg.addEventListener('pointermove', event => {
        const box = svg.getBoundingClientRect();
        const x = Math.floor((event.clientX - box.left) / box.width * side);
        const y = Math.floor((event.clientY - box.top) / box.height * side);
        if (x >= 0 && x < side && y >= 0 && y < side) {
          place = y * side + x;
          show();
        }
      });
    });
    pair.addEventListener('keydown', event => {
      const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side }[event.key];
      if (move && place + move >= 0 && place + move < levels.length) {
        place += move;
        show();
        event.preventDefault();
      }
    });
  });

  // Your own drawing.
  all('#own').forEach(own => {
    const data = JSON.parse(document.getElementById('net').textContent);
    const model = study.net(data.layers, data.parameters, 28, 28);
    const part = name => own.querySelector('[data-part=' + name + ']');
    const pad = part('pad');
    const pen = pad.getContext('2d', { willReadFrequently: true });
    const bars = all('.bars li', own);
    const paints = ['seen', 'added'].map(name => part(name).getContext('2d'));
    const side = pad.width;
    let image = data.example;
    let now = image;
    let steps = 0;
    let timer = 0;
    let at = null;

    const paint = (context, colour) => {
      const pixels = context.createImageData(28, 28);
      for (let i = 0; i < 784; i++) pixels.data.set(colour(i).concat(255), 4 * i);
      context.putImageData(pixels, 0, 0);
    };

    const show = () => {
      const shares = study.softmax(model(now).logits);
      const first = study.largest(model(image).logits);
      const best = study.largest(shares);
      paint(paints[0], i => [255 * now[i], 255 * now[i], 255 * now[i]]);
      paint(paints[1], i => {
        const change = Math.max(-1, Math.min(1, 3 * (now[i] - image[i])));
        const full = change > 0 ? [178, 24, 43] : [33, 102, 172];
        return full.map(c => 255 + Math.abs(change) * (c - 255));
      });
      bars.forEach((bar, i) => {
        bar.classList.toggle('top', i === best);
        bar.querySelector('i').style.width = 100 * shares[i] + '%';
        bar.querySelector('b').textContent = (100 * shares[i]).toFixed(1) + ' %';
      });
      const walked = steps + (steps === 1 ? ' step' : ' steps') + ', a change of length '
          + study.length(now.map((v, i) => v - image[i])).toFixed(2);
      part('says').textContent = !image.some(v => v > 0) ? 'Draw.'
          : steps === 0 ? 'It says ' + data.names[best] + '.'
          : best === first ? 'After ' + walked + ', it still says ' + data.names[best] + '.'
          : 'After ' + walked + ', it says ' + data.names[best] + ' instead of ' + data.names[first] + '.';
      return best !== first;
    };

    const stop = () => {
      clearInterval(timer);
      steps = 0;
    };

    const take = other => {
      stop();
      image = other;
      now = other;
      show();
    };

    const read = () => {
      const pixels = pen.getImageData(0, 0, side, side).data;
      take(study.centred(Array.from({ length: side * side }, (_, i) => pixels[4 * i] / 255), side));
    };

    const wipe = () => {
      pen.fillStyle = '#000';
      pen.fillRect(0, 0, side, side);
    };

    const line = to => {
      pen.strokeStyle = '#fff';
      pen.lineWidth = side / 12;
      pen.lineCap = 'round';
      pen.beginPath();
      pen.moveTo((at || to)[0], (at || to)[1]);
      pen.lineTo(to[0], to[1] + 0.01);
      pen.stroke();
      at = to;
      read();
    };

    const place = event => {
      const box = pad.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width * side, (event.clientY - box.top) / box.height * side];
    };

    pad.addEventListener('pointerdown', event => {
      if (!pad.dataset.used) wipe();
      pad.dataset.used = 'yes';
      pad.setPointerCapture(event.pointerId);
      at = null;
      line(place(event));
    });
    pad.addEventListener('pointermove', event => { if (event.buttons) line(place(event)); });
    // Arrow keys draw; with Shift they move the pen alone.
    pad.addEventListener('keydown', event => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!move) return;
      event.preventDefault();
      if (!pad.dataset.used) wipe();
      pad.dataset.used = 'yes';
      const from = at || [side / 2, side / 2];
      const to = from.map((v, i) => Math.max(0, Math.min(side, v + move[i] * side / 14)));
      if (event.shiftKey) at = to;
      else line(to);
    });
    part('clear').addEventListener('click', () => {
      wipe();
      pad.dataset.used = 'yes';
      at = null;
      take(data.example.map(() => 0));
    });
    part('example').addEventListener('click', () => {
      wipe();
      at = null;
      pad.dataset.used = '';
      paint28(data.example);
      take(data.example);
    });
    part('fool').addEventListener('click', () => {
      stop();
      now = image;
      if (!image.some(v => v > 0)) return;
      const first = study.largest(model(image).logits);
      timer = setInterval(() => {
        now = study.step(model, now, first, data.step);
        steps++;
        if (show() || steps >= data.mostSteps) clearInterval(timer);
      }, 80);
    });

    // The example on the pad, as large as a drawing.
    const paint28 = values => {
      const scale = side / 28;
      for (let i = 0; i < 784; i++) {
        const grey = Math.round(255 * values[i]);
        pen.fillStyle = 'rgb(' + grey + ',' + grey + ',' + grey + ')';
        pen.fillRect(i % 28 * scale, Math.floor(i / 28) * scale, scale, scale);
      }
    };

    wipe();
    paint28(data.example);
    own.hidden = false;
    own.previousElementSibling.classList.add('replaced');
    show();
  });
}
