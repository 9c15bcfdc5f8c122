package dev.sallyport.demo.browser;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Makes a screenshot small: the pages have few colours, and 256 show them as well as 16 million in a third of the bytes. */
final class Palette {
    private static final int SIZE = 256;

    private Palette() {}

    /** Writes a PNG file anew with its 256 most frequent colours, the others as the nearest of them. */
    static void reduce(Path png) {
        try {
            BufferedImage full = ImageIO.read(png.toFile());
            int[] pixels = full.getRGB(0, 0, full.getWidth(), full.getHeight(), null, 0, full.getWidth());
            Map<Integer, Integer> counts = new HashMap<>();
            for (int pixel : pixels) {
                counts.merge(pixel & 0xFFFFFF, 1, Integer::sum);
            }
            List<Integer> colours = counts.entrySet().stream()
                    .sorted(Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder())
                            .thenComparing(Map.Entry.comparingByKey()))
                    .limit(SIZE)
                    .map(Map.Entry::getKey)
                    .toList();
            ImageIO.write(indexed(full, pixels, colours), "png", png.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage indexed(BufferedImage full, int[] pixels, List<Integer> colours) {
        int[] rgb = colours.stream().mapToInt(Integer::intValue).toArray();
        IndexColorModel model =
                new IndexColorModel(8, rgb.length, rgb, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
        BufferedImage small =
                new BufferedImage(full.getWidth(), full.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        Map<Integer, Integer> nearest = new HashMap<>();
        int[] indices = new int[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            indices[i] = nearest.computeIfAbsent(pixels[i] & 0xFFFFFF, colour -> nearest(colour, rgb));
        }
        small.getRaster().setPixels(0, 0, full.getWidth(), full.getHeight(), indices);
        return small;
    }

    private static int nearest(int colour, int[] rgb) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < rgb.length; i++) {
            int red = (colour >> 16 & 255) - (rgb[i] >> 16 & 255);
            int green = (colour >> 8 & 255) - (rgb[i] >> 8 & 255);
            int blue = (colour & 255) - (rgb[i] & 255);
            int distance = red * red + green * green + blue * blue;
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
