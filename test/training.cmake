# SPDX-License-Identifier: MIT
# The training programs on a few images: a parent is kept and taken up again, what is written is a weight file, the sweep is complete.
set(place ${CMAKE_CURRENT_BINARY_DIR}/training)
file(REMOVE_RECURSE ${place})
file(MAKE_DIRECTORY ${place})
foreach(set train t10k)
    file(COPY_FILE ${DATA}/fashion-mnist-1000-images-idx3-ubyte ${place}/${set}-images-idx3-ubyte)
    file(COPY_FILE ${DATA}/fashion-mnist-1000-labels-idx1-ubyte ${place}/${set}-labels-idx1-ubyte)
endforeach()
function(run expected)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${place} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE errors)
    if(NOT status EQUAL 0 OR NOT text MATCHES "${expected}")
        message(FATAL_ERROR "${ARGN}\nstatus ${status}: ${text}${errors}")
    endif()
endfunction()
set(common --network fashion-mnist --data .)
set(percent "[0-9]+\\.[0-9][0-9] %")
run("dense epoch 1 of 1: ${percent}.*sparse epoch 1 of 1: ${percent}.*clustered: ${percent}.*dense1: 702464 of 1404928 weights kept, [0-9]+ codes"
    ${TRAIN} ${common} --parent parent.pt --out first.weights --dense-epochs 1 --sparse-epochs 1 --clusters 16)
run("images of fashion-mnist\ndense: ${percent}\nsparse epoch" ${TRAIN} ${common} --parent parent.pt --out second.weights --sparse-epochs 1)
run("images of fashion-mnist\ndense: ${percent}\nclustered: ${percent}\ntuned epoch 1 of 1: ${percent}.*dense1: 702464 of 1404928 weights kept"
    ${TRAIN} ${common} --parent parent.pt --from first.weights --out tuned.weights --tune-epochs 1)
run("4 layers, 50 %: epoch 1 of 1: ${percent}" ${SWEEP} ${common} --parent parent.pt --out sweep.csv --layers 1,4 --sparsity 50 --clusters 4,16)
file(STRINGS ${place}/sweep.csv rows)
list(LENGTH rows count)
list(GET rows 1 dense)
list(GET rows -1 last)
if(NOT count EQUAL 8 OR NOT dense MATCHES "^0,0,0,1,[0-9.]+,1000,as published$" OR NOT last MATCHES "^4,50,16,0.5,[0-9.]+,1000,as published$")
    message(FATAL_ERROR "${count} rows:\n${rows}")
endif()

# No parent: a weight file is none.
execute_process(COMMAND ${SWEEP} ${common} --parent first.weights --out none.csv WORKING_DIRECTORY ${place}
    RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE errors)
if(NOT status EQUAL 2 OR NOT errors MATCHES "^sweep: first.weights: it cannot be loaded[^\n]*\n$")
    message(FATAL_ERROR "status ${status}: ${errors}")
endif()
