package io.github.implicitbias.page;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All modules of the page as one script, so that a browser asks once and compression sees them
 * together. Each module is a function that returns what it exports; imports are names taken out of
 * what earlier ones have returned. Understood is what our modules have: imports and exports at the
 * beginning of a line, no default export, no circle.
 */
final class Bundle {

  private static final Pattern IMPORT =
      Pattern.compile(
          "^(?:import|export) (?:\\* as (\\w+)|\\{([^}]*)}) from '\\./([a-z-]+\\.js)';\n",
          Pattern.MULTILINE);
  private static final Pattern EXPORT =
      Pattern.compile("^export (?=(?:async )?(?:const|class|function) (\\w+))", Pattern.MULTILINE);

  /** Gives the text of a module. */
  interface Sources {
    @Nullable String of(String name) throws IOException;
  }

  private final Sources sources;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final StringBuilder script = new StringBuilder();

  private Bundle(Sources sources) {
    this.sources = sources;
  }

  /**
   * Returns the module and all that it needs.
   *
   * @throws IOException if one is not there
   */
  static String of(String module, Sources sources) throws IOException {
    Bundle bundle = new Bundle(sources);
    bundle.add(module);
    return bundle.script.toString();
  }

  private int add(String name) throws IOException {
    Integer known = numbers.get(name);
    if (known != null) {
      return known;
    }
    String source = sources.of(name);
    if (source == null) {
      throw new IOException("There is no " + name);
    }
    StringBuilder returned = new StringBuilder();
    StringBuilder taken = new StringBuilder();
    for (Matcher found = IMPORT.matcher(source); found.find(); ) {
      String from = "ib$" + add(found.group(3));
      if (found.group(1) != null) {
        taken.append("const ").append(found.group(1)).append(" = ").append(from).append(";\n");
      } else if (found.group().startsWith("export")) {
        for (String one : found.group(2).split(",")) {
          returned.append(one.strip()).append(": ").append(from).append('.').append(one.strip());
          returned.append(", ");
        }
      } else {
        String names = found.group(2).replace(" as ", ": ");
        taken.append("const {").append(names).append("} = ").append(from).append(";\n");
      }
    }
    for (Matcher found = EXPORT.matcher(source); found.find(); ) {
      returned.append(found.group(1)).append(", ");
    }
    String body = EXPORT.matcher(IMPORT.matcher(source).replaceAll("")).replaceAll("");
    int number = numbers.size();
    numbers.put(name, number);
    script
        .append("const ib$" + number + " = (() => {\n")
        .append(taken)
        .append(body)
        .append("\nreturn {" + returned + "};\n})();\n");
    return number;
  }
}
