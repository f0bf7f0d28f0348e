package io.github.implicitbias.page;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names under which the page may be asked for. A page elsewhere can make a browser ask us under
 * a name of its own, whose address it has changed to ours (DNS rebinding), and read the answers; it
 * cannot make the browser send an address, or a name that is ours.
 */
final class HostNames {

  /** The system property that allows further names, separated by commas. */
  static final String PROPERTY = "implicitbias.hosts";

  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}(?:%[0-9a-z]+)?]");

  private HostNames() {}

  /**
   * Says whether a request is addressed to us.
   *
   * @param host what the header Host says, null if there is none
   */
  static boolean areOurs(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = PORT.matcher(host.trim().toLowerCase(Locale.ROOT)).replaceFirst("");
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || IPV4.matcher(name).matches()
        || IPV6.matcher(name).matches()
        || isAllowed(name);
  }

  private static boolean isAllowed(String name) {
    for (String allowed : System.getProperty(PROPERTY, "").split(",")) {
      if (!allowed.isBlank() && allowed.trim().toLowerCase(Locale.ROOT).equals(name)) {
        return true;
      }
    }
    return false;
  }
}
