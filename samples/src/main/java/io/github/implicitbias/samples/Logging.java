package io.github.implicitbias.samples;

/**
 * Sets what is logged. Works only before the first logger is made, and for that reason through
 * system properties; whatever the user has set on the command line of Java is left as it is.
 */
final class Logging {

  private static final String SIMPLE = "org.slf4j.simpleLogger.";

  private Logging() {}

  static void start(boolean verbose) {
    // Maven's own -q and -X have set this level in its JVM, and it is not meant for us.
    System.setProperty(SIMPLE + "defaultLogLevel", verbose ? "info" : "warn");
    if (!verbose) {
      // It warns of every loss layer, which has no size of its own.
      unlessSet(SIMPLE + "log.org.deeplearning4j.nn.conf.inputs.InputType", "error");
      // It warns of first requests, which load classes while training takes the processors.
      unlessSet(SIMPLE + "log.io.vertx.core.impl.BlockedThreadChecker", "error");
    }
    unlessSet(SIMPLE + "showThreadName", "false");
    unlessSet(SIMPLE + "showShortLogName", "true");
    unlessSet(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
  }

  private static void unlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
