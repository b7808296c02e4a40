package io.classbell.http.page;

import io.classbell.http.call.Answer;
import io.classbell.http.contract.Contract;
import io.classbell.http.representation.Representation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The pages: what there is, and the API's documentation. Every file is named here; a path that a
 * browser sends never becomes one of a file. The files are read and compressed once per node and
 * are shared by its event loops.
 */
public final class Pages {

  private static final String HTML = "text/html; charset=utf-8";

  /** Content security policy: no inline scripts, no eval, no external resources. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
          + "form-action 'none'";

  private static final String ASSETS = "/assets/";
  private static final String LANGUAGE = "en";

  /** Caches may store the response but must revalidate it. */
  private static final String REVALIDATED = "no-cache";

  private static final String IMMUTABLE = "public, max-age=31536000, immutable";

  private enum Kind {
    PAGE,
    DOCUMENT,
    ASSET
  }

  /** What one path answers. */
  private record File(Kind kind, String path, Representation content, String cacheControl) {

    void send(RoutingContext rc) {
      if (kind == Kind.PAGE) {
        describe(rc);
      } else if (kind == Kind.DOCUMENT) {
        rc.response().putHeader(HttpHeaders.CONTENT_LANGUAGE, LANGUAGE);
      }
      content.send(rc, cacheControl);
    }
  }

  private final Contract contract;
  private final boolean testMode;
  private final List<File> files = new ArrayList<>();

  /** The versioned path of each asset, by the path that pages name. */
  private final Map<String, String> versionedPaths = new HashMap<>();

  /**
   * Reads all files; it blocks.
   *
   * @param publicUrl the address that the served contract names as its server
   */
  public Pages(Contract contract, String publicUrl, boolean testMode) {
    this.contract = contract;
    this.testMode = testMode;
    asset("reset.js", "text/javascript", read("/web/reset.js"));
    asset("verify.js", "text/javascript", read("/web/verify.js"));
    asset("icon.svg", "image/svg+xml", read("/web/icon.svg"));
    asset("page.css", "text/css", read("/web/page.css"));
    asset("docs.css", "text/css", read("/web/docs.css"));
    asset("docs.js", "text/javascript", read("/web/docs.js"));
    String swagger =
        "/META-INF/resources/webjars/swagger-ui/" + version("org.webjars/swagger-ui") + "/";
    asset("swagger-ui.css", "text/css", read(swagger + "swagger-ui.css"));
    asset("swagger-ui-bundle.js", "text/javascript", read(swagger + "swagger-ui-bundle.js"));

    page("/", index());
    page("/docs", read("/web/docs.html").toString());
    page("/reset", read("/web/reset.html").toString());
    page("/verify", read("/web/verify.html").toString());
    Representation document = Representation.fixed("application/yaml", contract.textFor(publicUrl));
    files.add(new File(Kind.DOCUMENT, "/openapi.yaml", document, REVALIDATED));
  }

  /** Serves the pages on one event loop. */
  public void addTo(Router router) {
    files.forEach(file -> router.get(file.path).handler(file::send));
  }

  /**
   * An asset has two addresses: one by its name, which is asked for anew each time, and one that
   * changes with its content and may be kept for ever; pages use the latter.
   */
  private void asset(String name, String type, Buffer content) {
    Representation file = Representation.fixed(type + "; charset=utf-8", content);
    String versioned = ASSETS + file.tag() + "/" + name;
    versionedPaths.put(ASSETS + name, versioned);
    files.add(new File(Kind.ASSET, ASSETS + name, file, REVALIDATED));
    files.add(new File(Kind.ASSET, versioned, file, IMMUTABLE));
  }

  private void page(String path, String html) {
    String page = html;
    for (Map.Entry<String, String> asset : versionedPaths.entrySet()) {
      page = page.replace('"' + asset.getKey() + '"', '"' + asset.getValue() + '"');
    }
    Representation content = Representation.fixed(HTML, Buffer.buffer(page));
    files.add(new File(Kind.PAGE, path, content, REVALIDATED));
  }

  /** Sends a page that is generated for one request and must not be cached. */
  static void page(RoutingContext rc, Buffer html) {
    describe(rc);
    Answer.of(200, html, HTML).send(rc.response());
  }

  private static void describe(RoutingContext rc) {
    rc.response()
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader(HttpHeaders.CONTENT_LANGUAGE, LANGUAGE);
  }

  private String index() {
    StringBuilder rows = new StringBuilder();
    for (Path path : contract.api().getPaths()) {
      for (Operation operation : path.getOperations()) {
        String summary = String.valueOf(operation.getOpenAPIModel().getString("summary"));
        rows.append("<tr><td>")
            .append(operation.getHttpMethod().name())
            .append("</td><td><code>")
            .append(Html.escape(Contract.PREFIX + Contract.documentedPath(path.getName())))
            .append("</code></td><td>")
            .append(Html.escape(summary))
            .append("</td></tr>\n");
      }
    }
    return read("/web/index.html")
        .toString()
        .replace("{{rows}}", rows)
        .replace(
            "{{mailbox}}",
            testMode ? "<li><a href=\"/dev/mailbox\">Mails caught in test mode</a></li>" : "");
  }

  private static String version(String webJar) {
    Properties properties = new Properties();
    try (InputStream in =
        Pages.class.getResourceAsStream("/META-INF/maven/" + webJar + "/pom.properties")) {
      if (in == null) {
        throw new IllegalStateException("The WebJar " + webJar + " is missing.");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static Buffer read(String resource) {
    try (InputStream in = Pages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + resource + " is missing.");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
