package io.classbell.http.page;

import io.classbell.http.representation.Representation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.LanguageHeader;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The web application: one HTML shell for each known path and language, and the modules, styles,
 * icons and texts that it loads. Modules import each other by bare names, which an import map in
 * the shell resolves to versioned addresses. The content security policy names the hash of that
 * map.
 *
 * <p>Immutable; everything is read, compressed and linked once.
 */
final class WebApp {

  /** The languages of the texts; the first one is the fallback. */
  static final List<String> LANGUAGES = List.of("en", "de", "zh-CN");

  /** The cookie in which a page stores the language that a user chose. It holds nothing else. */
  static final String LANGUAGE_COOKIE = "classbell_language";

  private static final String HTML = "text/html; charset=utf-8";
  private static final String JAVASCRIPT = "text/javascript";
  private static final String MAIN = "app/main.js";
  private static final String NPM = "org.webjars.npm";

  /** Libraries by the bare names by which modules import them: WebJar and file. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.of(
          "lit", List.of("lit", "index.js"),
          "lit-html", List.of("lit-html", "lit-html.js"),
          "lit-html/is-server.js", List.of("lit-html", "is-server.js"),
          "lit-element/lit-element.js", List.of("lit-element", "lit-element.js"),
          "@lit/reactive-element", List.of("lit__reactive-element", "reactive-element.js"),
          "@lit/reactive-element/css-tag.js", List.of("lit__reactive-element", "css-tag.js"));

  /** Static imports of a module, also of a minified one. */
  private static final Pattern IMPORT =
      Pattern.compile(
          "\\b(?:import\\s*(?:[\\w*{}\\s,$]+?from\\s*)?|export\\s*[\\w*{}\\s,$]+?from\\s*)"
              + "[\"']([^\"']+)[\"']");

  private static final Pattern LINE_COMMENT = Pattern.compile("(?m)^\\s*//.*$|//# sourceMap.*$");
  private static final Pattern SVG =
      Pattern.compile("<svg[^>]*viewBox=\"([^\"]+)\"[^>]*>(.*?)</svg>", Pattern.DOTALL);

  /** A path of the application: its pattern with parameters in braces, title key and module. */
  record PagePath(String pattern, String title, String module) {

    /** The pattern in the syntax of the router. */
    String route() {
      return pattern.replaceAll("\\{(\\w+)}", ":$1");
    }
  }

  private final Assets assets = new Assets();
  private final List<PagePath> paths = new ArrayList<>();
  private final Map<String, String> modules = new LinkedHashMap<>();
  private final Map<String, Set<String>> imports = new HashMap<>();
  private final Map<String, JsonObject> texts = new LinkedHashMap<>();
  private final Map<PagePath, Map<String, Representation>> shells = new HashMap<>();
  private final String policy;

  /**
   * Reads all files; it blocks.
   *
   * @param testMode whether pages offer the clock and the demo accounts
   * @param source a directory to read instead of the class path, for development
   */
  WebApp(boolean testMode, @Nullable Path source) {
    Map<String, Buffer> files = new LinkedHashMap<>(WebResources.readAll("app", source));
    files.putAll(WebResources.readAll("text", source));
    LIBRARIES.forEach(
        (name, file) ->
            module(
                name,
                "vendor/" + name.replaceAll("[^a-z/.-]", "").replaceAll("\\.js$", "") + ".js",
                withBareImports(
                    name, WebResources.readWebJar(NPM, file.get(0), file.get(1)).toString())));
    String styles = "";
    for (Map.Entry<String, Buffer> file : files.entrySet()) {
      String name = file.getKey();
      if (name.endsWith(".js")) {
        module(name, name, file.getValue().toString());
      } else if (name.endsWith(".css")) {
        styles = assets.add(name, "text/css", file.getValue());
      } else if (name.startsWith("text/")) {
        texts.put(name, file.getValue().toJsonObject());
        assets.add(name, "application/json", file.getValue());
      }
    }
    String icons =
        assets.add(
            "app/icons.svg", "image/svg+xml", icons(required(files, "app/icons.txt").toString()));
    JsonArray table = required(files, "app/paths.json").toJsonArray();
    for (Object row : table) {
      JsonObject path = (JsonObject) row;
      paths.add(
          new PagePath(
              path.getString("path"),
              path.getString("title"),
              "app/pages/" + path.getString("page") + ".js"));
    }
    String map = new JsonObject().put("imports", new JsonObject(new TreeMap<>(modules))).encode();
    policy = policy(map);
    JsonObject boot =
        new JsonObject()
            .put("testMode", testMode)
            .put("languages", new JsonArray(LANGUAGES))
            .put("icons", icons)
            .put("worker", required(modules, "app/live-worker.js"))
            .put("paths", table)
            .put("texts", textPaths());
    String shell = required(files, "app/shell.html").toString();
    for (PagePath path : paths) {
      for (String language : LANGUAGES) {
        String page = shell(shell, path, language, map, boot, styles);
        shells
            .computeIfAbsent(path, p -> new HashMap<>())
            .put(language, Representation.fixed(HTML, Buffer.buffer(page)));
      }
    }
  }

  /**
   * The policy of a file: the worker may connect to the bridge, and no file may do anything else.
   */
  static String policyOf(String asset) {
    return asset.endsWith("/live-worker.js")
        ? "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
        : "default-src 'none'; frame-ancestors 'none'";
  }

  List<PagePath> paths() {
    return List.copyOf(paths);
  }

  Assets assets() {
    return assets;
  }

  /** Sends the shell of a path in the language of the browser or of its user. */
  void send(RoutingContext rc, PagePath path) {
    String language = language(rc);
    rc.response()
        .putHeader("Content-Security-Policy", policy)
        .putHeader(HttpHeaders.CONTENT_LANGUAGE, language);
    Representation.addVary(rc.response().headers(), "Accept-Language, Cookie");
    required(required(shells, path), language).send(rc, Assets.REVALIDATED);
  }

  private static String language(RoutingContext rc) {
    var chosen = rc.request().getCookie(LANGUAGE_COOKIE);
    if (chosen != null && LANGUAGES.contains(chosen.getValue())) {
      return chosen.getValue();
    }
    for (LanguageHeader accepted : rc.acceptableLanguages()) {
      for (String language : LANGUAGES) {
        if (language.split("-")[0].equalsIgnoreCase(accepted.tag())) {
          return language;
        }
      }
    }
    return LANGUAGES.get(0);
  }

  private void module(String name, String file, String code) {
    modules.put(name, assets.add(file, JAVASCRIPT, Buffer.buffer(code)));
    Set<String> imported = new LinkedHashSet<>();
    Matcher matcher = IMPORT.matcher(LINE_COMMENT.matcher(code).replaceAll(""));
    while (matcher.find()) {
      imported.add(matcher.group(1));
    }
    imports.put(name, imported);
  }

  /** Relative imports would be resolved against the versioned path, where the other file is not. */
  private static String withBareImports(String name, String code) {
    String directory = name.startsWith("@") ? name : name.split("/")[0];
    return code.replace("\"./", "\"" + directory + "/").replaceAll("//# sourceMappingURL=.*", "");
  }

  /** All modules that some modules import, directly or not, and these modules themselves. */
  private Set<String> closure(String... roots) {
    Set<String> found = new LinkedHashSet<>();
    List<String> open = new ArrayList<>(List.of(roots));
    while (!open.isEmpty()) {
      String name = open.removeLast();
      Set<String> direct = imports.get(name);
      if (direct == null) {
        throw new IllegalStateException("The module " + name + " is missing.");
      }
      if (found.add(name)) {
        open.addAll(direct);
      }
    }
    return found;
  }

  private static <K, V> V required(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new IllegalStateException(key + " is missing.");
    }
    return value;
  }

  private JsonObject textPaths() {
    JsonObject paths = new JsonObject();
    texts.keySet().forEach(name -> paths.put(name, assets.path(name)));
    return paths;
  }

  private String shell(
      String shell, PagePath path, String language, String map, JsonObject boot, String styles) {
    StringBuilder preloads = new StringBuilder();
    for (String module : closure(MAIN, path.module)) {
      preloads
          .append("<link rel=\"modulepreload\" href=\"")
          .append(required(modules, module))
          .append("\">\n");
    }
    JsonObject text = required(texts, "text/" + language + ".json");
    String title = text.getString("title." + path.title);
    String name = text.getString("app.name");
    return shell
        .replace("{{language}}", language)
        .replace("{{title}}", Html.escape(path.title.equals("home") ? name : title + " - " + name))
        .replace("{{styles}}", styles)
        .replace("{{texts}}", assets.path("text/" + language + ".json"))
        .replace("{{preloads}}", preloads)
        .replace("{{map}}", map)
        .replace("{{main}}", required(modules, MAIN))
        .replace("{{loading}}", Html.escape(text.getString("state.loading")))
        .replace("{{noscript}}", Html.escape(text.getString("state.noscript")))
        // No text can end the element.
        .replace(
            "{{boot}}", boot.copy().put("language", language).encode().replace("<", "\\u003c"));
  }

  private static String policy(String map) {
    return "default-src 'none'; script-src 'self' 'sha256-"
        + sha256(map)
        + "'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
        + "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
        + "require-trusted-types-for 'script'; trusted-types lit-html classbell";
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256.", e);
    }
  }

  /** Builds a sprite of the icons with these names, one a line. */
  private static Buffer icons(String names) {
    StringBuilder sprite = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\">\n");
    for (String name : names.split("\\s+")) {
      Matcher icon =
          SVG.matcher(
              WebResources.readWebJar(NPM, "lucide-static", "icons/" + name + ".svg").toString());
      if (!icon.find()) {
        throw new IllegalStateException("The icon " + name + " is not an SVG element.");
      }
      sprite
          .append("<symbol id=\"")
          .append(name)
          .append("\" viewBox=\"")
          .append(icon.group(1))
          .append("\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"")
          .append(" stroke-linecap=\"round\" stroke-linejoin=\"round\">")
          .append(icon.group(2).strip().replaceAll("\\s+", " "))
          .append("</symbol>\n");
    }
    return Buffer.buffer(sprite.append("</svg>\n").toString());
  }
}
