package io.github.implicitbias.ui;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.resources.Resolver;

/**
 * Puts the entry "Implicit bias" into the side menu of the stock Overview, Model and System pages.
 *
 * <p>DL4J reads the templates of these pages anew for every request through ND4J's resource
 * service; this resolver answers for exactly these three, with the template found on the class path
 * plus one list item, whose text the template takes from the table of the reader's language like
 * the others. The link is relative, so it is right with and without a session in the address. The
 * jQuery 3.4.1 and 2.2.0 of the templates, which have published vulnerabilities, give way to 3.7.1
 * where that is on the class path. A template in which the place for the menu entry is not found is
 * left to DL4J, unmodified.
 */
public final class ImplicitBiasResolver implements Resolver {

  private static final String ANCHOR = "<li class=\"nav-item nav-dropdown\">";
  private static final String ENTRY =
      "<li class=\"nav-item\"><a class=\"nav-link\" href=\"implicit-bias\"><i class=\"nav-icon"
          + " cui-layers\"></i>${(train\\.nav\\.implicitbias)!\"Implicit bias\"}</a></li>\n";
  private static final String STOCK_JQUERY = "webjars/jquery/3.4.1/dist/jquery.min.js";
  private static final List<String> OLDER_JQUERY =
      List.of(
          "webjars/jquery/2.2.0/jquery.min.js",
          "webjars/jquery-migrate/1.2.1/jquery-migrate.min.js");
  private static final String SAFE_JQUERY = "webjars/jquery/3.7.1/dist/jquery.min.js";

  private final Map<String, Optional<String>> pages = new ConcurrentHashMap<>();
  private final Map<String, Path> files = new ConcurrentHashMap<>();
  private @Nullable Path directory;

  /** Called by ND4J through the service file. */
  public ImplicitBiasResolver() {}

  /** Asked before ND4J's own resolver (100). */
  @Override
  public int priority() {
    return 0;
  }

  @Override
  public boolean exists(String resourcePath) {
    return page(resourcePath).isPresent();
  }

  @Override
  public boolean directoryExists(String dirPath) {
    return false;
  }

  @Override
  public File asFile(String resourcePath) {
    String page = page(resourcePath).orElseThrow(() -> unknown(resourcePath));
    // Temporary files are swept on long-running machines: look each time whether ours is there.
    return files
        .compute(
            resourcePath,
            (path, known) ->
                known != null && Files.isRegularFile(known) ? known : write(path, page))
        .toFile();
  }

  @Override
  public InputStream asStream(String resourcePath) {
    String page = page(resourcePath).orElseThrow(() -> unknown(resourcePath));
    return new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void copyDirectory(String dirPath, File destinationDir) {
    throw unknown(dirPath);
  }

  @Override
  public boolean hasLocalCache() {
    return false;
  }

  @Override
  public @Nullable File localCacheRoot() {
    return null;
  }

  @Override
  public String normalizePath(String path) {
    return path;
  }

  private Optional<String> page(String resourcePath) {
    switch (resourcePath) {
      case "templates/TrainingOverview.html.ftl":
      case "templates/TrainingModel.html.ftl":
      case "templates/TrainingSystem.html.ftl":
        return pages.computeIfAbsent(resourcePath, ImplicitBiasResolver::load);
      default:
        return Optional.empty();
    }
  }

  private static Optional<String> load(String resourcePath) {
    try (InputStream in = loader().getResourceAsStream(resourcePath)) {
      return in == null
          ? Optional.empty()
          : withEntry(
              new String(in.readAllBytes(), StandardCharsets.UTF_8),
              loader().getResource("META-INF/resources/" + SAFE_JQUERY) != null);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The template with the menu entry, or nothing if it has no place for one. */
  static Optional<String> withEntry(String template, boolean replaceJquery) {
    int at = template.indexOf(ANCHOR);
    if (at < 0) {
      return Optional.empty();
    }
    String page = template.substring(0, at) + ENTRY + template.substring(at);
    return Optional.of(replaceJquery ? withSafeJquery(page) : page);
  }

  /** The System page loads a second, older jQuery and the bridge that one needs: they go. */
  private static String withSafeJquery(String page) {
    String safe = page.replace(STOCK_JQUERY, SAFE_JQUERY);
    for (String older : OLDER_JQUERY) {
      safe = safe.replace("<script src=\"/assets/" + older + "\"></script>", "");
    }
    return safe;
  }

  private synchronized Path write(String resourcePath, String page) {
    try {
      if (directory == null || !Files.isDirectory(directory)) {
        directory = Files.createTempDirectory("implicit-bias-ui");
        directory.toFile().deleteOnExit();
      }
      Path file = directory.resolve(resourcePath.substring("templates/".length()));
      Files.writeString(file, page);
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + resourcePath + " to a temporary file", e);
    }
  }

  private static ClassLoader loader() {
    return ImplicitBiasResolver.class.getClassLoader();
  }

  private static IllegalArgumentException unknown(String path) {
    return new IllegalArgumentException("Not a page of the training UI: " + path);
  }
}
