"use strict";
// The map of the report: theme and level are chosen, areas are read by pointer or keys, the view is zoomed and
// moved. All figures lie in the page (#peta-isi); nothing is asked of any host.
(function () {
  const holder = document.getElementById("peta-isi");
  const svg = document.getElementById("peta-gambar");
  if (!holder || !svg) { return; }
  const data = JSON.parse(holder.textContent);
  const reading = document.getElementById("peta-baca");
  const title = document.getElementById("peta-judul");
  const legend = document.getElementById("peta-legenda");
  const choices = document.getElementById("peta-pilihan");
  const spots = Array.from(svg.querySelectorAll(".spot"));
  const whole = new Intl.NumberFormat(data.bahasa, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(data.bahasa, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const full = { x: 0, y: 0, width: data.lebar, height: data.tinggi };
  const state = { level: Object.keys(data.tingkat)[0], theme: 0, area: -1, view: { ...full } };

  // ---- what an area says
  function value(level, index) { return data.tema[state.theme].nilai[level][index]; }

  function sentence(level, index) {
    const areas = data.tingkat[level];
    const theme = data.tema[state.theme];
    const [part, total, kind] = value(level, index);
    const name = areas.di[index] ? areas.nama[index] + " (" + areas.di[index] + ")" : areas.nama[index];
    if (kind === "rahasia" || kind === "kosong") { return name + ": " + data.kata[kind]; }
    const counts = theme.dari.replace("{part}", whole.format(part)).replace("{whole}", whole.format(total));
    return name + ": " + percent.format(100 * part / total) + " %, " + counts;
  }

  function fill(kind) {
    if (kind === "rahasia") { return "url(#arsir)"; }
    return kind === "kosong" ? data.warna_kosong : data.tema[state.theme].warna[Number(kind)];
  }

  // ---- drawing
  const groups = {};
  const uses = {};
  svg.querySelectorAll("g[data-tingkat]").forEach(function (group) {
    const level = group.dataset.tingkat;
    groups[level] = group;
    uses[level] = Array.from(group.querySelectorAll("use"));
  });

  function paint() {
    const theme = data.tema[state.theme];
    uses[state.level].forEach(function (use, index) {
      use.setAttribute("fill", fill(value(state.level, index)[2]));
    });
    Object.keys(groups).forEach(function (level) { groups[level].toggleAttribute("hidden", level !== state.level); });
    title.textContent = theme.judul + " – " + data.tingkat[state.level].judul;
    Array.from(legend.children).forEach(function (item) { item.remove(); });
    theme.legenda.forEach(function (entry) { legend.append(swatch(entry[0], entry[1])); });
    choose(-1);
  }

  function shape(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    return made;
  }

  function swatch(label, colour) {
    const item = document.createElement("li");
    const box = shape("svg", { width: 20, height: 14, viewBox: "0 0 700 490", "aria-hidden": "true" });
    box.append(shape("rect", { width: 700, height: 490, fill: colour, stroke: "#4b5560", "stroke-width": 35 }));
    const words = document.createElement("span");
    words.textContent = label;
    item.append(box, " ", words);
    return item;
  }

  // ---- choosing an area
  function choose(index) {
    state.area = index;
    if (index < 0) {
      mark("");
      reading.textContent = data.kata.belum;
      return;
    }
    mark("#p" + data.tingkat[state.level].kode[index]);
    reading.textContent = sentence(state.level, index);
  }

  function mark(href) { spots.forEach(function (spot) { spot.setAttribute("href", href); }); }

  function under(event) {
    const target = event.target.closest ? event.target.closest("use") : null;
    return target ? uses[state.level].indexOf(target) : -1;
  }

  // the nearest area in a direction: near along the arrow, little aside
  function neighbour(dx, dy) {
    const points = data.tingkat[state.level].titik;
    if (state.area < 0) { return nearest(state.view.x + state.view.width / 2, state.view.y + state.view.height / 2); }
    const [x, y] = points[state.area];
    let best = state.area;
    let least = Infinity;
    points.forEach(function (point, index) {
      const along = (point[0] - x) * dx + (point[1] - y) * dy;
      const aside = Math.abs((point[0] - x) * dy) + Math.abs((point[1] - y) * dx);
      if (index !== state.area && along > 0 && along + 2 * aside < least) {
        least = along + 2 * aside;
        best = index;
      }
    });
    return best;
  }

  function nearest(x, y) {
    let best = -1;
    let least = Infinity;
    data.tingkat[state.level].titik.forEach(function (point, index) {
      const away = Math.hypot(point[0] - x, point[1] - y);
      if (away < least) { least = away; best = index; }
    });
    return best;
  }

  // ---- zoom and pan
  function show(view) {
    const width = Math.min(Math.max(view.width, full.width / 60), full.width);
    const height = width * full.height / full.width;
    state.view = {
      x: Math.min(Math.max(view.x, 0), full.width - width),
      y: Math.min(Math.max(view.y, 0), full.height - height),
      width: width,
      height: height
    };
    svg.setAttribute("viewBox", [state.view.x, state.view.y, width, height].map(Math.round).join(" "));
  }

  function zoom(factor, x, y) {
    const view = state.view;
    if (!factor) { show({ ...full }); return; }
    const centre = [x === undefined ? view.x + view.width / 2 : x, y === undefined ? view.y + view.height / 2 : y];
    const width = view.width / factor;
    const share = width / view.width;
    show({ x: centre[0] - (centre[0] - view.x) * share, y: centre[1] - (centre[1] - view.y) * share, width: width });
  }

  function zoomTo(index) {
    const box = uses[state.level][index].getBBox();
    const width = Math.max(box.width, box.height * full.width / full.height) * 1.6;
    show({ x: box.x + box.width / 2 - width / 2, y: box.y + box.height / 2 - width * full.height / full.width / 2, width: width });
  }

  function place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  // ---- what the reader does
  choices.addEventListener("change", function (event) {
    if (event.target.name === "tema") { state.theme = data.tema.findIndex(function (t) { return t.kunci === event.target.value; }); }
    if (event.target.name === "tingkat") { state.level = event.target.value; }
    paint();
  });
  choices.addEventListener("click", function (event) {
    if (event.target.dataset.zum !== undefined) { zoom(Number(event.target.dataset.zum)); }
  });
  choices.addEventListener("submit", function (event) { event.preventDefault(); });

  let drag = null;
  svg.addEventListener("pointerdown", function (event) { drag = { at: place(event), moved: false }; });
  svg.addEventListener("pointermove", function (event) {
    if (drag && event.buttons && event.pointerType !== "touch") {
      const [x, y] = place(event);
      drag.moved = true;
      show({ x: state.view.x + drag.at[0] - x, y: state.view.y + drag.at[1] - y, width: state.view.width });
    } else if (!event.buttons) {
      const index = under(event);
      if (index >= 0 && index !== state.area) { choose(index); }
    }
  });
  svg.addEventListener("pointerup", function (event) {
    const index = under(event);
    if (drag && !drag.moved && index >= 0) { choose(index); }
    drag = null;
  });
  svg.addEventListener("dblclick", function (event) { zoom(2, ...place(event)); });
  svg.addEventListener("wheel", function (event) {
    if (!event.ctrlKey && document.activeElement !== svg) { return; }
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, ...place(event));
  }, { passive: false });

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener("keydown", function (event) {
    if (arrows[event.key]) { choose(neighbour(...arrows[event.key])); }
    else if (event.key === "Enter" && state.area >= 0) { zoomTo(state.area); }
    else if (event.key === "Escape") { zoom(0); }
    else if (event.key === "+" || event.key === "=") { zoom(1.5); }
    else if (event.key === "-") { zoom(0.66); }
    else { return; }
    event.preventDefault();
  });

  choices.hidden = false;
  paint();
}());
