package io.github.implicitbias.benchmarks;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the JMH benchmarks of the kernels; takes JMH's own options.
 *
 * <p>JMH measures in JVMs of its own, to which it hands the property {@code java.class.path}.
 * Inside Maven that names Maven; so the class path is taken from the class loader.
 */
public final class Kernels {

  private Kernels() {}

  /** Runs the benchmarks whose names match the arguments, all of them if there is none. */
  public static void main(String[] args) throws Exception {
    ClassLoader loader = Kernels.class.getClassLoader();
    if (loader instanceof URLClassLoader) {
      System.setProperty("java.class.path", classPath((URLClassLoader) loader));
    }
    org.openjdk.jmh.Main.main(args);
  }

  private static String classPath(URLClassLoader loader) throws URISyntaxException {
    List<String> files = new ArrayList<>();
    for (URL url : loader.getURLs()) {
      files.add(Paths.get(url.toURI()).toString());
    }
    return String.join(File.pathSeparator, files);
  }
}
