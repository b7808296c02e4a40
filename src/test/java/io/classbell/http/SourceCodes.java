package io.classbell.http;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The error codes that the sources of the product can answer, read from the places where errors are
 * made. A place whose code cannot be read is listed, so that none is missed.
 */
final class SourceCodes {

  private static final Path SOURCES = Path.of("src/main/java");

  /** Records that pass on the code that they hold. */
  private static final Set<String> FACTORIES = Set.of("RejectionCode.java", "Rejection.java");

  /** Codes of problem documents. */
  final Set<String> ofProblems = new TreeSet<>();

  /** Codes in {@code errors[]}. */
  final Set<String> ofFields = new TreeSet<>();

  /** Places whose code is not to be read. */
  final Set<String> unreadable = new TreeSet<>();

  private final Map<String, String> constants = new HashMap<>();

  /** Methods that take a code as a parameter: the arguments of their calls are read. */
  private final Set<Forwarder> forwarders = new LinkedHashSet<>();

  private final Map<MethodTree, Map<String, ExpressionTree>> locals = new IdentityHashMap<>();

  private record Forwarder(
      Set<String> codes, String owner, String method, int parameters, int parameter) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Forwarder that
          && codes == that.codes
          && owner.equals(that.owner)
          && method.equals(that.method)
          && parameters == that.parameters
          && parameter == that.parameter;
    }

    @Override
    public int hashCode() {
      return Objects.hash(owner, method, parameters, parameter);
    }
  }

  static SourceCodes read() throws IOException {
    SourceCodes codes = new SourceCodes();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (Stream<Path> all = Files.walk(SOURCES);
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = all.filter(path -> path.toString().endsWith(".java")).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      units.forEach(codes::readConstants);
      int known;
      do {
        known = codes.forwarders.size();
        units.forEach(codes::readUses);
      } while (codes.forwarders.size() > known);
    }
    return codes;
  }

  private static String nameOf(CompilationUnitTree unit) {
    return Path.of(unit.getSourceFile().getName()).getFileName().toString();
  }

  private static String last(ExpressionTree tree) {
    String text = tree.toString();
    return text.substring(text.lastIndexOf('.') + 1);
  }

  /** Constants by class and name: a string, or the code of a refusal. */
  private void readConstants(CompilationUnitTree unit) {
    String owner = nameOf(unit).replace(".java", "");
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitVariable(VariableTree variable, Void nothing) {
        ExpressionTree value = variable.getInitializer();
        String code = null;
        if (value instanceof LiteralTree literal && literal.getValue() instanceof String text) {
          code = text;
        } else if (value instanceof MethodInvocationTree call
            && call.getMethodSelect() instanceof MemberSelectTree factory) {
          boolean ofRefusal = last(factory.getExpression()).equals("RejectionCode");
          String name = factory.getIdentifier().toString();
          code =
              ofRefusal && name.equals("notFound")
                  ? "not_found"
                  : ofRefusal && !call.getArguments().isEmpty()
                      ? literal(call.getArguments().get(0))
                      : null;
        } else if (value instanceof MethodInvocationTree call && owner.equals("RejectionCode")) {
          code = call.getArguments().isEmpty() ? null : literal(call.getArguments().get(0));
        } else if (value instanceof NewClassTree made
            && last(made.getIdentifier()).equals("RejectionCode")) {
          code = literal(made.getArguments().get(1));
        }
        if (code != null) {
          constants.put(owner + "." + variable.getName(), code);
        }
        return super.visitVariable(variable, nothing);
      }
    }.scan(unit, null);
  }

  private void readUses(CompilationUnitTree unit) {
    String file = nameOf(unit);
    String owner = file.replace(".java", "");
    new TreeScanner<Void, @Nullable MethodTree>() {
      @Override
      public Void visitMethod(MethodTree method, @Nullable MethodTree around) {
        return super.visitMethod(method, method);
      }

      @Override
      public Void visitVariable(VariableTree variable, @Nullable MethodTree around) {
        if (around != null && variable.getInitializer() != null) {
          locals
              .computeIfAbsent(around, method -> new HashMap<>())
              .put(variable.getName().toString(), variable.getInitializer());
        }
        return super.visitVariable(variable, around);
      }

      @Override
      public Void visitNewClass(NewClassTree made, @Nullable MethodTree around) {
        String type = last(made.getIdentifier());
        if (type.equals("RejectionCode") || type.equals("Rejection")) {
          add(ofProblems, file, owner, around, made.getArguments().get(1));
        } else if (type.equals("FieldError")) {
          add(ofFields, file, owner, around, made.getArguments().get(1));
        }
        return super.visitNewClass(made, around);
      }

      @Override
      public Void visitMethodInvocation(MethodInvocationTree call, @Nullable MethodTree around) {
        ExpressionTree selected = call.getMethodSelect();
        String receiver =
            selected instanceof MemberSelectTree member ? last(member.getExpression()) : owner;
        String name = last(selected);
        for (Forwarder forwarder : List.copyOf(forwarders)) {
          if (forwarder.owner.equals(receiver)
              && forwarder.method.equals(name)
              && forwarder.parameters == call.getArguments().size()) {
            add(forwarder.codes, file, owner, around, call.getArguments().get(forwarder.parameter));
          }
        }
        if (name.equals("field")
            && selected instanceof MemberSelectTree member
            && receiver.equals(receiver.toUpperCase(Locale.ROOT))) {
          add(ofFields, file, owner, around, member.getExpression());
        }
        return super.visitMethodInvocation(call, around);
      }
    }.scan(unit, null);
  }

  private void add(
      Set<String> codes,
      String file,
      String owner,
      @Nullable MethodTree around,
      ExpressionTree code) {
    if (code instanceof ConditionalExpressionTree either) {
      add(codes, file, owner, around, either.getTrueExpression());
      add(codes, file, owner, around, either.getFalseExpression());
      return;
    }
    String text = literal(code);
    if (text == null) {
      text = constant(owner, code);
    }
    if (text != null) {
      codes.add(text);
      return;
    }
    ExpressionTree local =
        around == null ? null : locals.getOrDefault(around, Map.of()).get(code.toString());
    if (local != null && local != code) {
      add(codes, file, owner, around, local);
      return;
    }
    int parameter = around == null ? -1 : parameterOf(around, code.toString());
    if (parameter >= 0) {
      forwarders.add(
          new Forwarder(
              codes, owner, around.getName().toString(), around.getParameters().size(), parameter));
    } else if (!FACTORIES.contains(file)) {
      unreadable.add(file + ": " + code);
    }
  }

  private static int parameterOf(MethodTree method, String name) {
    for (int i = 0; i < method.getParameters().size(); i++) {
      if (method.getParameters().get(i).getName().contentEquals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static @Nullable String literal(ExpressionTree tree) {
    return tree instanceof LiteralTree literal && literal.getValue() instanceof String text
        ? text
        : null;
  }

  /** {@code NAME}, {@code Type.NAME} or {@code Type.NAME.code()}. */
  private @Nullable String constant(String owner, ExpressionTree tree) {
    String name = tree.toString().replace(".code()", "");
    String[] parts = name.split("\\.");
    return parts.length == 1
        ? constants.get(owner + "." + name)
        : constants.get(parts[parts.length - 2] + "." + parts[parts.length - 1]);
  }
}
