package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.lab.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.deeplearning4j.common.resources.DL4JResources;
import org.deeplearning4j.common.resources.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reading CIFAR-10, on images that stand in for it: nothing is downloaded. */
@Timeout(300)
class CifarTest {

  @TempDir Path folder;

  private static void images(Path folder, int blue, int red, int count) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      PortableRandom random = new PortableRandom(i + blue);
      for (int k = 0; k < 1024; k++) {
        int green = (int) (255 * random.uniform());
        image.setRGB(k % 32, k / 32, red << 16 | green << 8 | blue);
      }
      ImageIO.write(image, "png", folder.resolve(String.format("%04d.png", i)).toFile());
    }
  }

  @Test
  void imagesAreReadColourByColour_theClassesInTurn() throws IOException {
    images(folder.resolve("train/airplane"), 255, 0, 3);
    images(folder.resolve("train/automobile"), 0, 51, 3);
    Cifar cifar = Cifar.read(folder, "airplane", "automobile", 2);
    assertEquals(4, cifar.x.length);
    assertEquals(1, cifar.y[0]);
    assertEquals(-1, cifar.y[1]);
    assertEquals(-0.5, cifar.x[0][0], "no red");
    assertEquals(0.5, cifar.x[0][2 * 1024], "all blue");
    assertEquals(-0.3, cifar.x[1][1023], 1e-12, "a fifth of red");
    double green = (int) (255 * new PortableRandom(255).uniform()) / 255.0 - 0.5;
    assertEquals(green, cifar.x[0][1024], 1e-12);
    String sentence =
        assertThrows(InputException.class, () -> Cifar.read(folder, "airplane", "automobile", 4))
            .getMessage();
    assertTrue(sentence.contains("has 3 images, but needs 4"), sentence);
  }

  @Test
  void theSampleTrainsOnImagesInDl4jsFolder() throws IOException {
    Path base = folder.resolve("base");
    DL4JResources.setBaseDirectory(Files.createDirectories(base).toFile());
    try {
      Path images = DL4JResources.getDirectory(ResourceType.DATASET, "cifar10").toPath();
      assertTrue(images.startsWith(base), images.toString());
      images(images.resolve("train/airplane"), 200, 90, 30);
      images(images.resolve("train/automobile"), 20, 130, 30);
      Path out = folder.resolve("out");
      Cli.succeed("leaky-relu", "--no-ui", "--cifar", "--steps", "3", "--out", out.toString());
      assertEquals(60, Cli.summary(out.resolve("clusters-0.01")).get("sampleIds").size());
      assertTrue(Files.readString(out.resolve("leaky-relu.svg")).contains("CIFAR-10"));
    } finally {
      DL4JResources.resetBaseDirectoryLocation();
    }
  }
}
