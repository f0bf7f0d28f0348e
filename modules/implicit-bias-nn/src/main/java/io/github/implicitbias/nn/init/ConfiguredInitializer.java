package io.github.implicitbias.nn.init;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;

/** A network initializer whose behaviour is all in its settings: equal settings, equal networks. */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.NON_PRIVATE,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE,
    creatorVisibility = JsonAutoDetect.Visibility.NONE)
abstract class ConfiguredInitializer implements NetworkInitializer, Serializable {

  private static final long serialVersionUID = 1L;

  /** Returns everything that distinguishes two initializers of this class. */
  abstract Object[] settings();

  /** Returns the settings as words. */
  abstract String describe();

  @Override
  public final String toJson() {
    return InitializerText.JSON.write(this);
  }

  @Override
  public final String toYaml() {
    return InitializerText.YAML.write(this);
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other != null
        && other.getClass() == getClass()
        && Arrays.deepEquals(settings(), ((ConfiguredInitializer) other).settings());
  }

  @Override
  public final int hashCode() {
    return 31 * getClass().getName().hashCode() + Arrays.deepHashCode(settings());
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "(" + describe() + ")";
  }

  /** Returns the number if it is positive and finite. */
  static double positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          name + " is " + value + "; give a positive finite number.");
    }
    return value;
  }
}
