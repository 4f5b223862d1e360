# SPDX-License-Identifier: MIT
include(CMakePackageConfigHelpers)
install(TARGETS sonic EXPORT sonic_targets FILE_SET HEADERS)
if(SONIC_EVALUATE)
    install(TARGETS sonic_evaluate EXPORT sonic_targets FILE_SET HEADERS)
endif()
set(sonic_arch ARCH_INDEPENDENT)
if(SONIC_ONNX)
    install(TARGETS sonic_onnx EXPORT sonic_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} FILE_SET HEADERS)
    set(sonic_arch "")
endif()
set(sonic_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/sonic)
install(EXPORT sonic_targets NAMESPACE sonic:: DESTINATION ${sonic_config_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/sonicConfig.cmake.in ${PROJECT_BINARY_DIR}/sonicConfig.cmake
    INSTALL_DESTINATION ${sonic_config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sonicConfigVersion.cmake COMPATIBILITY SameMinorVersion ${sonic_arch})
install(FILES ${PROJECT_BINARY_DIR}/sonicConfig.cmake ${PROJECT_BINARY_DIR}/sonicConfigVersion.cmake
    ${CMAKE_CURRENT_LIST_DIR}/sonicKernels.cmake ${CMAKE_CURRENT_LIST_DIR}/sonic_kernels_arch.cpp.in
    ${CMAKE_CURRENT_LIST_DIR}/sonic_kernels_dispatch.cpp.in DESTINATION ${sonic_config_dir})
