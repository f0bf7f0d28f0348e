package io.github.implicitbias.listener;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** Which classes of a kind DL4J has: its jar is searched, so that none is forgotten. */
final class Kinds {

  private Kinds() {}

  /** Returns the classes of a kind that can be instantiated, from its own jar, by name. */
  static Map<String, Class<?>> of(Class<?> kind) {
    Map<String, Class<?>> found = new TreeMap<>();
    for (String name : classes(kind)) {
      Class<?> one = load(name, kind.getClassLoader());
      if (one != null && kind.isAssignableFrom(one) && !Modifier.isAbstract(one.getModifiers())) {
        found.put(one.getSimpleName(), one);
      }
    }
    return found;
  }

  private static List<String> classes(Class<?> kind) {
    try (JarFile jar =
        new JarFile(new File(kind.getProtectionDomain().getCodeSource().getLocation().toURI()))) {
      return jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .collect(Collectors.toList());
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A class that needs another library cannot be loaded, and is not used without it either. */
  private static Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  /** Returns an object of a class that only renames another, with what the other was built with. */
  static <T> T renamed(Class<T> as, Object built) {
    try {
      T other = as.getDeclaredConstructor().newInstance();
      for (Class<?> type = built.getClass(); type != Object.class; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            field.set(other, field.get(built));
          }
        }
      }
      return other;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
