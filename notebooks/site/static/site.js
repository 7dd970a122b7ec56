// A filter above each long table: keeps the rows that hold all the words typed.
for (const table of document.querySelectorAll("table.filtered")) {
  const rows = [...table.tBodies[0].rows];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const label = document.createElement("label");
  const input = document.createElement("input");
  const count = document.createElement("output");
  input.type = "search";
  label.className = "filter";
  label.append("Filter these rows ", input, count);
  table.parentElement.before(label);
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !wanted.every((word) => words[i].includes(word));
      shown += !row.hidden;
    });
    count.textContent = wanted.length ? ` ${shown} of ${rows.length} rows` : "";
  });
}

// The theme's folds in the sidebar have no name of their own for a screen reader.
for (const fold of document.querySelectorAll("nav summary")) {
  const parent = fold.closest("li").querySelector("a");
  fold.setAttribute("aria-label", `Show or hide the pages under ${parent.textContent.trim()}`);
}

// The picture of each figure at the size it was drawn, one tap away.
for (const line of document.querySelectorAll("p.figure-data")) {
  const picture = line.closest(".cell_output").querySelector("img");
  const link = document.createElement("a");
  link.href = picture.src;
  link.textContent = "the figure at full size";
  line.append(", ", link);
}

// Long cells of the tables in prose get room, the longest most.
for (const cell of document.querySelectorAll("table:not(.rows) td")) {
  if (cell.textContent.length > 80) cell.classList.add(cell.textContent.length > 150 ? "longest" : "long");
}

// Each table of the notebooks scrolls in a box of its own, its caption in sight.
for (const table of document.querySelectorAll("table.minsk:not(.rows)")) {
  const caption = document.createElement("span");
  caption.append(...table.caption.childNodes);
  table.caption.append(caption);
  const box = document.createElement("div");
  box.className = "scroll";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", table.caption.textContent);
  table.replaceWith(box);
  box.append(table);
}
