# SPDX-License-Identifier: MIT
# Plots what sweep wrote:  gnuplot -e "csv='FILE.csv'; svg='FILE.svg'; name='NAME'" sweep.gp
set terminal svg size 1300,900 background rgb 'white' font 'sans-serif,13'
set output svg
set datafile separator ','
remark = system(sprintf("sed -n '2p' '%s' | cut -d, -f7", csv))
images = system(sprintf("sed -n '2p' '%s' | cut -d, -f6", csv))
layers = system(sprintf("tail -n +3 '%s' | cut -d, -f1 | sort -nu | paste -sd' '", csv))
clusters = system(sprintf("tail -n +3 '%s' | cut -d, -f3 | sort -nu | paste -sd' '", csv))
dense = real(system(sprintf("sed -n '2p' '%s' | cut -d, -f5", csv)))
set multiplot layout ceil(words(layers) / 2.0),2 title sprintf('%s (%s): accuracy on %s test images', name, remark, images)
set xlabel 'sparsity of the pruned layers, %' offset 0,0.6
set ylabel 'accuracy, %'
lowest = real(system(sprintf("tail -n +2 '%s' | cut -d, -f5 | sort -n | head -1", csv)))
set yrange [10 * floor(lowest / 10):10 * ceil(dense / 10)]
set xrange [0:100]
set key below
set grid
do for [l in layers] {
    set title sprintf('%s %s', l, l eq '1' ? 'layer pruned, the largest' : 'layers pruned, the largest')
    plot dense with lines dashtype 2 linecolor rgb 'black' title sprintf('dense parent, %.1f %%', dense), \
        for [c in clusters] sprintf("< awk -F, '$1 == %s && $3 == %s' '%s'", l, c, csv) using 2:5 with linespoints title (c eq '0' ? 'not clustered' : c.' clusters')
}
unset multiplot
