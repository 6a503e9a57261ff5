/* Search, filters and sorting of tables that are whole without it; and whether this edition still holds. */
(function () {
  "use strict";

  function standing() {
    var place = document.getElementById("standing");
    var said = window.huoyueStanding;
    if (!place || !said || !said.later) return;
    var link = document.createElement("a");
    link.href = place.dataset.up + "../" + said.later + "/index.html";
    link.textContent = place.dataset.said.replace("{n}", said.later);
    place.append(link);
    place.hidden = false;
  }

  function plain(text) {
    return text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
  }

  function filtering(form, table) {
    var rows = Array.from(table.tBodies[0].rows);
    var names = rows.map(function (row) { return plain(row.querySelector("th").textContent); });
    var search = form.querySelector("input");
    var choices = Array.from(form.querySelectorAll("select"));
    var count = form.querySelector("[data-count]");
    function show() {
      var wanted = plain(search.value);
      var shown = 0;
      rows.forEach(function (row, at) {
        var fits = names[at].includes(wanted) && choices.every(function (choice) {
          return !choice.value || row.dataset[choice.dataset.column] === choice.value;
        });
        row.hidden = !fits;
        shown += fits;
      });
      count.textContent = count.dataset.said.replace("{n}", shown).replace("{all}", rows.length);
    }
    var asked = new URLSearchParams(location.search);
    choices.forEach(function (choice) {
      var value = asked.get(choice.dataset.column);
      if (Array.from(choice.options).some(function (one) { return one.value === value; })) choice.value = value;
      choice.addEventListener("change", show);
    });
    search.value = asked.get("q") || "";
    search.addEventListener("input", show);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.hidden = false;
    show();
  }

  function valueOf(row, column, kind) {
    var cell = row.cells[column];
    var text = cell.dataset.value || cell.textContent.trim();
    return kind === "number" ? Number(text) : text;
  }

  function sorting(table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    var order = new Intl.Collator(document.documentElement.lang, { numeric: true });
    heads.forEach(function (head, column) {
      var kind = head.dataset.sort;
      if (!kind) return;
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (one) { one.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var body = table.tBodies[0];
        var rows = Array.from(body.rows).map(function (row) { return [valueOf(row, column, kind), row]; });
        rows.sort(function (a, b) {
          var found = kind === "number" ? a[0] - b[0] : order.compare(a[0], b[0]);
          return down ? -found : found;
        });
        body.append.apply(body, rows.map(function (pair) { return pair[1]; }));
      });
    });
  }

  standing();
  var form = document.querySelector("[data-filters]");
  if (form) filtering(form, document.querySelector("[data-results]"));
  document.querySelectorAll("table.sortable").forEach(sorting);
})();
