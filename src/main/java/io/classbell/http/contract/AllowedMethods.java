package io.classbell.http.contract;

import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The methods of each path of the contract, for the {@code Allow} header of a 405. */
public final class AllowedMethods {

  /** All methods that the server supports. */
  public static final String ALL = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

  private static final String READING = "GET, HEAD, OPTIONS";

  private record Row(Pattern path, String methods) {}

  private final List<Row> rows = new ArrayList<>();

  /** For servers without paths of the contract. */
  public static final AllowedMethods OF_PAGES = new AllowedMethods(List.of());

  public AllowedMethods(OpenAPIContract contract) {
    this(contract.getPaths());
  }

  private AllowedMethods(List<Path> paths) {
    for (Path path : paths) {
      String regex =
          Pattern.quote(Contract.PREFIX + path.getName())
              .replaceAll("\\{[^/}]+}", "\\\\E[^/]+\\\\Q");
      TreeSet<String> methods = new TreeSet<>();
      for (Operation operation : path.getOperations()) {
        methods.add(operation.getHttpMethod().name());
      }
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      methods.add("OPTIONS");
      rows.add(new Row(Pattern.compile(regex + "/?"), String.join(", ", methods)));
    }
  }

  /** Returns the methods of a path; the reading methods if the path is not in the contract. */
  public String of(String path) {
    String methods = find(path);
    return methods == null ? READING : methods;
  }

  /** Whether the path is in the contract. */
  public boolean knows(String path) {
    return find(path) != null;
  }

  private @Nullable String find(String path) {
    for (Row row : rows) {
      if (row.path.matcher(path).matches()) {
        return row.methods;
      }
    }
    return null;
  }
}
