/* The charts live: each picture is replaced by the same chart drawn by Vega, without evaluating any code. */
(function () {
  "use strict";
  if (!window.vegaEmbed || !window.huoyueCharts) return;
  var options = {
    ast: true,
    logLevel: 1,
    actions: false,
    defaultStyle: false,
    renderer: "svg",
    tooltip: { disableDefaultStyle: true, theme: "site" },
    loader: { http: false }
  };
  document.querySelectorAll("[data-chart]").forEach(function (figure) {
    var spec = window.huoyueCharts[figure.dataset.chart];
    var image = figure.querySelector("img");
    if (!spec) return;
    var live = document.createElement("div");
    live.className = "live";
    live.setAttribute("role", "group");
    live.setAttribute("aria-label", image.alt);
    image.before(live);
    window.vegaEmbed(live, spec, options).then(function () {
      image.hidden = true;
      document.querySelectorAll("[data-live]").forEach(function (one) { one.hidden = false; });
    }).catch(function () {
      live.remove();
    });
  });
})();
