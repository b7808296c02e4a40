package io.classbell.http.page;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the files of the pages from the class path, where they are in a directory or in a jar. */
final class WebResources {

  private static final String ROOT = "/web/";

  private WebResources() {}

  /** Reads one resource of the class path. */
  static Buffer read(String resource) {
    try (InputStream in = WebResources.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + resource + " is missing.");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a file of a WebJar. */
  static Buffer readWebJar(String group, String artifact, String file) {
    return read(
        "/META-INF/resources/webjars/"
            + artifact
            + "/"
            + version(group + "/" + artifact)
            + "/"
            + file);
  }

  private static String version(String webJar) {
    Properties properties = new Properties();
    try (InputStream in =
        WebResources.class.getResourceAsStream("/META-INF/maven/" + webJar + "/pom.properties")) {
      if (in == null) {
        throw new IllegalStateException("The WebJar " + webJar + " is missing.");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /**
   * Reads all files of a directory and its subdirectories.
   *
   * @param directory below {@code /web/}
   * @param source a directory to read instead of the class path, for development
   * @return contents by path relative to {@code /web/}, in the order of the paths
   */
  static Map<String, Buffer> readAll(String directory, @Nullable Path source) {
    try {
      if (source != null) {
        return readAll(source, directory);
      }
      URL url = WebResources.class.getResource(ROOT + directory);
      if (url == null) {
        throw new IllegalStateException("The resource " + ROOT + directory + " is missing.");
      }
      URI uri = url.toURI();
      if (!"jar".equals(uri.getScheme())) {
        return readAll(Objects.requireNonNull(Path.of(uri).getParent()), directory);
      }
      Path jar = Path.of(URI.create(uri.getSchemeSpecificPart().split("!", 2)[0]));
      try (FileSystem files = FileSystems.newFileSystem(jar)) {
        return readAll(files.getPath(ROOT), directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Buffer> readAll(Path root, String directory) throws IOException {
    Map<String, Buffer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root.resolve(directory))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString().replace('\\', '/');
        contents.put(name, Buffer.buffer(Files.readAllBytes(file)));
      }
    }
    return contents;
  }
}
