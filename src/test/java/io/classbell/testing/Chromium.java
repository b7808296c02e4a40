package io.classbell.testing;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real browser with one page, driven over its DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/). It has a profile of its own and looks
 * nothing up by itself.
 */
public final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final int LIMIT_SECONDS = 40;
  private static final int STEP_MILLIS = 50;
  private static final int LARGEST_MESSAGE = 64 << 20;

  private final Vertx vertx = Vertx.vertx();

  /** Held on to: a client that is garbage is closed. */
  private final WebSocketClient client =
      vertx.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxFrameSize(LARGEST_MESSAGE)
              .setMaxMessageSize(LARGEST_MESSAGE));

  private final Path profile;
  private final Process process;
  private final WebSocket socket;
  private final String session;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  private Chromium(Path program, Path profile) {
    this.profile = profile;
    try {
      process =
          new ProcessBuilder(
                  program.toString(),
                  "--headless",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-sync",
                  "--disable-quic",
                  "--no-first-run",
                  // Containers have little of it, and a page that finds none left hangs.
                  "--disable-dev-shm-usage",
                  "--remote-debugging-port=0",
                  "--user-data-dir=" + profile,
                  "about:blank")
              .redirectErrorStream(true)
              .redirectOutput(profile.resolve("output.log").toFile())
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    try {
      socket = connect(profile.resolve("DevToolsActivePort"));
      socket.textMessageHandler(text -> take(new JsonObject(text)));
      String page =
          call(null, "Target.createTarget", new JsonObject().put("url", "about:blank"))
              .getString("targetId");
      session =
          call(
                  null,
                  "Target.attachToTarget",
                  new JsonObject().put("targetId", page).put("flatten", true))
              .getString("sessionId");
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        call(session, domain + ".enable", new JsonObject());
      }
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** The setting {@code CLASSBELL_CHROMIUM}, or what is on the path. */
  public static Optional<Path> installed() {
    String named = System.getenv("CLASSBELL_CHROMIUM");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * @param profile an empty directory
   */
  public static Chromium start(Path program, Path profile) {
    return new Chromium(program, profile);
  }

  /** Opens an address and waits until the page and what belongs to it are loaded. */
  public void open(String url) {
    loaded = new CompletableFuture<>();
    JsonObject answer = call(session, "Page.navigate", new JsonObject().put("url", url));
    if (answer.containsKey("errorText")) {
      throw new AssertionError(url + ": " + answer.getString("errorText"));
    }
    await(loaded);
  }

  /** What an expression gives in the page, once a promise of it is kept. */
  public @Nullable Object evaluate(String script) {
    JsonObject answer =
        call(
            session,
            "Runtime.evaluate",
            new JsonObject()
                .put("expression", script)
                .put("awaitPromise", true)
                .put("returnByValue", true));
    if (answer.containsKey("exceptionDetails")) {
      throw new AssertionError(script + ": " + answer.getJsonObject("exceptionDetails").encode());
    }
    return answer.getJsonObject("result").getValue("value");
  }

  /** Waits until an expression is true in the page. */
  public void until(String script) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Boolean.TRUE.equals(evaluate(script))) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "never became true: " + script + "\n" + evaluate("document.body.innerText"));
      }
      pause();
    }
  }

  /** Types into what has the focus. */
  public void type(String text) {
    call(session, "Input.insertText", new JsonObject().put("text", text));
  }

  /** Waits for an element and clicks it as a script would. */
  public void click(String selector) {
    String element = "document.querySelector(" + quoted(selector) + ")";
    until(element + " !== null");
    evaluate(element + ".click()");
  }

  /** Waits for a field, replaces its value by typing, and leaves the focus in it. */
  public void fill(String selector, String value) {
    String element = "document.querySelector(" + quoted(selector) + ")";
    until(element + " !== null");
    evaluate(element + ".focus(); " + element + ".select?.()");
    type(value);
  }

  /** Presses a key by its name, such as Tab, Enter or ArrowDown. */
  public void press(String key) {
    int code =
        switch (key) {
          case "Tab" -> 9;
          case "Enter" -> 13;
          case "Escape" -> 27;
          case " " -> 32;
          case "ArrowLeft" -> 37;
          case "ArrowUp" -> 38;
          case "ArrowRight" -> 39;
          case "ArrowDown" -> 40;
          default -> throw new IllegalArgumentException(key);
        };
    JsonObject event =
        new JsonObject().put("key", key).put("code", key).put("windowsVirtualKeyCode", code);
    if (key.equals("Enter")) {
      event.put("text", "\r");
    } else if (key.equals(" ")) {
      event.put("text", " ");
    }
    call(session, "Input.dispatchKeyEvent", event.copy().put("type", "keyDown"));
    call(session, "Input.dispatchKeyEvent", event.copy().put("type", "keyUp"));
  }

  /** Runs a script in each page before the page's own scripts. */
  public void beforeEachPage(String script) {
    call(session, "Page.addScriptToEvaluateOnNewDocument", new JsonObject().put("source", script));
  }

  /** Makes a string literal of JavaScript. */
  public static String quoted(String text) {
    return Json.encode(text);
  }

  /** Gives the page this size, and a light or dark color scheme. */
  public void show(int width, int height, boolean dark) {
    call(
        session,
        "Emulation.setDeviceMetricsOverride",
        new JsonObject()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
    JsonObject scheme =
        new JsonObject().put("name", "prefers-color-scheme").put("value", dark ? "dark" : "light");
    // Transitions of colors would be caught halfway.
    JsonObject motion =
        new JsonObject().put("name", "prefers-reduced-motion").put("value", "reduce");
    call(
        session,
        "Emulation.setEmulatedMedia",
        new JsonObject().put("features", new JsonArray().add(scheme).add(motion)));
  }

  /** A picture of what the page shows, as PNG. */
  public byte[] screenshot() {
    JsonObject answer =
        call(session, "Page.captureScreenshot", new JsonObject().put("format", "png"));
    return Base64.getDecoder().decode(answer.getString("data"));
  }

  /** Errors that scripts threw or pages logged, since the last look. */
  public List<String> errors() {
    List<String> seen = List.copyOf(errors);
    errors.clear();
    return seen;
  }

  /** Addresses that were asked for, since the last look. */
  public List<String> requests() {
    List<String> seen = List.copyOf(requests);
    requests.clear();
    return seen;
  }

  private WebSocket connect(Path portFile) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    List<String> lines = List.of();
    while (lines.size() < 2) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("Chromium does not start; see " + portFile.getParent());
      }
      pause();
      try {
        lines = Files.exists(portFile) ? Files.readAllLines(portFile) : List.of();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    WebSocketConnectOptions to =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(Integer.parseInt(lines.get(0)))
            .setURI(lines.get(1))
            .setAllowOriginHeader(false);
    return await(client.connect(to).toCompletionStage().toCompletableFuture());
  }

  private JsonObject call(@Nullable String to, String method, JsonObject parameters) {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    JsonObject message =
        new JsonObject().put("id", id).put("method", method).put("params", parameters);
    if (to != null) {
      message.put("sessionId", to);
    }
    socket.writeTextMessage(message.encode());
    return await(answer);
  }

  private void take(JsonObject message) {
    Integer id = message.getInteger("id");
    if (id != null) {
      CompletableFuture<JsonObject> answer = waiting.remove(id);
      if (answer != null && message.containsKey("error")) {
        answer.completeExceptionally(new AssertionError(message.encode()));
      } else if (answer != null) {
        answer.complete(message.getJsonObject("result"));
      }
      return;
    }
    JsonObject event = message.getJsonObject("params", new JsonObject());
    switch (message.getString("method", "")) {
      case "Inspector.targetCrashed" ->
          waiting.values().forEach(w -> w.completeExceptionally(new AssertionError("crashed")));
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Network.requestWillBeSent" ->
          requests.add(event.getJsonObject("request").getString("url"));
      case "Network.webSocketCreated" -> requests.add(event.getString("url"));
      case "Runtime.exceptionThrown" -> errors.add(event.encode());
      case "Runtime.consoleAPICalled" -> {
        if ("error".equals(event.getString("type"))) {
          errors.add(event.getJsonArray("args", new JsonArray()).encode());
        }
      }
      case "Log.entryAdded" -> {
        if ("error".equals(event.getJsonObject("entry").getString("level"))) {
          errors.add(event.encode());
        }
      }
      default -> {}
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the browser does not answer", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    vertx.close();
    removeLinks();
  }

  /** A killed browser leaves them in its profile; they point at what is gone. */
  private void removeLinks() {
    try {
      for (String link : List.of("SingletonLock", "SingletonCookie", "SingletonSocket")) {
        Files.deleteIfExists(profile.resolve(link));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
