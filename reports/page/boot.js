(function () {
  "use strict";
  var root = document.documentElement, drawn = [];

  // Colours and fonts stand in the options as names of CSS variables, so that
  // light, dark and print each bring their own. Only the values of these keys are
  // looked at: text from logs is never touched.
  function resolve(node, css) {
    Object.keys(node).forEach(function (key) {
      var value = node[key];
      if (value && typeof value === "object" && key !== "color") resolve(value, css);
      if (key === "color" || key === "borderColor" || key === "fontFamily") node[key] = Array.isArray(value) ? value.map(colour) : colour(value);
    });
    function colour(value) {
      var m = typeof value === "string" && /^var\((--[a-z0-9-]+)\)$/.exec(value);
      return m ? css.getPropertyValue(m[1]).trim() : value;
    }
  }

  function draw() {
    var css = getComputedStyle(root);
    drawn.forEach(function (chart) { chart.dispose(); });
    drawn = [].map.call(document.querySelectorAll("[data-option]"), function (el) {
      var option = JSON.parse(document.getElementById(el.getAttribute("data-option")).textContent);
      resolve(option, css);
      option.textStyle = { fontFamily: css.getPropertyValue("--sans").trim(), color: css.getPropertyValue("--ink").trim() };
      var chart = echarts.init(el, null, { renderer: "svg" });
      chart.setOption(option);
      return chart;
    });
  }

  function resize() { drawn.forEach(function (chart) { chart.resize(); }); }

  draw();
  window.addEventListener("resize", resize);
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  if (dark.addEventListener) dark.addEventListener("change", draw);

  // A printed page has no folds: open all, and close again what was closed.
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = [].slice.call(document.querySelectorAll("details:not([open])"));
    closed.forEach(function (d) { d.open = true; });
    resize();
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (d) { d.open = false; });
    resize();
  });
})();
